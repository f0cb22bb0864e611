import type { LoggedChange } from '@holdfast/contract'
import { Group, Stack, Table, Text } from '@mantine/core'
import { AnchorLink } from '../../ui/links'

/** The fields that a change made another: all of a record that came or went. */
export function changedFields({ before, after }: LoggedChange): string[] {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])]
  return names.filter((name) => JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]))
}

/** Before and after, field by field. */
export function ChangeDetail({ change }: { readonly change: LoggedChange }) {
  const { collection, record, action, requestId, before, after } = change
  const fields = changedFields(change)
  return (
    <Stack gap="xs" px="sm" pb="sm">
      <Group gap="md">
        {action === 'delete' ? (
          <Text size="sm">Record {record}</Text>
        ) : (
          <AnchorLink to="/data/$collection/$id" params={{ collection, id: record }} size="sm">
            Open the record
          </AnchorLink>
        )}
        {requestId && (
          <Text size="sm" c="var(--hf-muted)">
            Request {requestId}
          </Text>
        )}
      </Group>
      {fields.length === 0 ? (
        <Text size="sm" c="var(--hf-muted)">
          The collection logs no more than that something changed.
        </Text>
      ) : (
        <Table aria-label="What changed" layout="fixed" verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w="24%">Field</Table.Th>
              <Table.Th>Before</Table.Th>
              <Table.Th>After</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {fields.map((name) => (
              <Table.Tr key={name}>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{name}</Table.Td>
                <Value value={before?.[name]} />
                <Value value={after?.[name]} />
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Stack>
  )
}

const longest = 2000

function Value({ value }: { readonly value: unknown }) {
  const text = value === undefined ? '–' : JSON.stringify(value)
  return (
    <Table.Td ff="monospace" style={{ overflowWrap: 'anywhere' }}>
      {text.length > longest ? `${text.slice(0, longest)}…` : text}
    </Table.Td>
  )
}
