import type { FieldDefinition } from '@holdfast/contract'
import { ScrollArea, Table, Text } from '@mantine/core'
import { FieldValue } from '../../cells/field-value'
import type { Drafted } from './to-record'

interface ImportPreviewProps {
  readonly fields: readonly FieldDefinition[]
  readonly drafts: readonly Drafted[]
}

/** The first rows as the records they become, or why they do not. */
export const ImportPreview = ({ fields, drafts }: ImportPreviewProps) => (
  <ScrollArea type="auto" viewportProps={{ tabIndex: 0 }}>
    <Table aria-label="The first rows as records" style={{ whiteSpace: 'nowrap' }}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th c="var(--hf-muted)">Line</Table.Th>
          {fields.map(({ name }) => (
            <Table.Th key={name} c="var(--hf-muted)">
              {name}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {drafts.map((draft) => (
          <Table.Tr key={draft.row.line}>
            <Table.Td c="var(--hf-muted)">{draft.row.line}</Table.Td>
            {'record' in draft ? (
              fields.map((field) => (
                <Table.Td key={field.name} maw={240} style={{ overflow: 'hidden', textOverflow: 'ellipsis' }}>
                  <FieldValue field={field} value={draft.record[field.name] ?? null} />
                </Table.Td>
              ))
            ) : (
              <Table.Td colSpan={Math.max(1, fields.length)}>
                <Text size="sm" c="light-dark(var(--mantine-color-red-8), var(--mantine-color-red-4))">
                  {draft.problems.map(({ field, message }) => (field ? `${field}: ${message}` : message)).join('; ')}
                </Text>
              </Table.Td>
            )}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  </ScrollArea>
)
