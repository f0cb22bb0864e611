import type { Action, CollectionDefinition, ExplainRequest } from '@holdfast/contract'
import { Badge, Stack, Table, Text, Tooltip } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { client } from '../../client/client'
import { toTarget, useViewAs } from '../../client/view-as'
import { toCaller } from '../../permissions/explain/explain-query'
import { whoNameQuery } from '../../permissions/who/who-queries'
import { AnchorLink } from '../../ui/links'
import { QueryState } from '../../ui/query-state'
import type { StoredRecord } from './record-values'

interface AccessTabProps {
  readonly collection: CollectionDefinition
  readonly record: StoredRecord
}

const actions = ['read', 'update', 'delete'] as const satisfies readonly Action[]

/** Who may do what with this record: whomever the console looks as, then by role. The server is asked, since it decides. */
export function AccessTab({ collection, record }: AccessTabProps) {
  const roles = [...new Set(['public', 'user', ...(collection.rules ?? []).map(({ role }) => role)])].slice(0, 12)
  const view = useViewAs()
  const target = toTarget(view)
  const { data: viewed = view } = useQuery({ ...whoNameQuery(target ?? 'public'), enabled: target !== undefined })
  const query = useQuery({
    queryKey: ['records', collection.name, 'access', record.id, record.version, roles, view],
    queryFn: ({ signal }) => {
      const callers = roles.map((role): ExplainRequest['as'] => ({ role }))
      const all = target === undefined ? callers : [toCaller(target), ...callers]
      return Promise.all(all.map((as) => explainAs(as, collection.name, record.id, signal)))
    },
  })
  return (
    <Stack gap="md">
      <Text c="var(--hf-muted)" size="sm">
        What somebody with a role, and nothing else, may do with this record. Admins may do everything. Rules are
        written in{' '}
        <AnchorLink to="/permissions" underline="always">
          Permissions
        </AnchorLink>
        .
      </Text>
      <QueryState query={query}>
        {(rows) => (
          <Table aria-label="Access by role">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Role</Table.Th>
                {actions.map((action) => (
                  <Table.Th key={action}>{action}</Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map(({ as, answers }, row) => (
                <Table.Tr key={row === 0 ? 'first' : as.role}>
                  <Table.Th fw={500}>{target !== undefined && row === 0 ? `You look as ${viewed}` : as.role}</Table.Th>
                  {answers.map(({ action, allowed, reason }) => (
                    <Table.Td key={action}>
                      <Tooltip label={reason} multiline maw={320}>
                        <Badge color={allowed ? 'teal' : 'gray'} tabIndex={0}>
                          {allowed ? 'allowed' : 'denied'}
                        </Badge>
                      </Tooltip>
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </QueryState>
    </Stack>
  )
}

async function explainAs(as: ExplainRequest['as'], collection: string, id: string, signal: AbortSignal) {
  const answers = await Promise.all(
    actions.map(async (action) => {
      const answer = await client.admin.permissions.explain({ as, action, collection, id }, { signal })
      return { action, allowed: answer.allowed, reason: answer.reason }
    }),
  )
  return { as, answers }
}
