import type { AuditEntry } from '@holdfast/contract'
import { Badge, Group, NativeSelect, Pill, Stack, Text } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { type Column, DataTable } from '../../ui/data-table'
import { EmptyState } from '../../ui/empty-state'
import { AnchorLink } from '../../ui/links'
import { PageList } from '../../ui/page-list'
import { TimeAgo } from '../../ui/time-ago'
import { auditQuery } from '../queries'
import { StatusBadge } from '../status-badge'
import { AuditDrawer } from './audit-drawer'
import type { AuditSearch } from './audit-search'
import { describeAction } from './describe-action'

const route = getRouteApi('/shell/observe/audit')

const kinds: readonly { readonly value: string; readonly label: string }[] = [
  { value: '', label: 'Every kind' },
  { value: 'collections', label: 'Collections' },
  { value: 'schema', label: 'Plans of the schema' },
  { value: 'users', label: 'Users' },
  { value: 'roles', label: 'Roles' },
  { value: 'apiKeys', label: 'API keys' },
  { value: 'serviceAccounts', label: 'Service accounts' },
  { value: 'settings', label: 'Settings' },
  { value: 'webhooks', label: 'Webhooks' },
  { value: 'jobs', label: 'Jobs' },
  { value: 'auth', label: 'Sign-ins of admins' },
]

/** What admins did, the newest first. */
export function AuditPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const query = useInfiniteQuery(auditQuery(search))
  const set = (change: AuditSearch) => void navigate({ search: clean({ ...search, ...change }), replace: true })
  const entries = query.data?.pages.flatMap(({ data }) => data) ?? []
  const shown = entries.find(({ id }) => id === search.entry)
  return (
    <Stack gap="md">
      <Group gap="xs">
        <NativeSelect
          aria-label="Kind"
          data={[...kinds]}
          value={search.action ?? ''}
          onChange={(event) => set({ action: event.currentTarget.value })}
        />
        <NativeSelect
          aria-label="Result"
          value={search.result ?? ''}
          onChange={(event) => set({ result: event.currentTarget.value as 'done' | 'refused' })}
          data={[
            { value: '', label: 'Done and refused' },
            { value: 'done', label: 'Done' },
            { value: 'refused', label: 'Refused' },
          ]}
        />
        {(['target', 'actorId'] as const).map(
          (name) =>
            search[name] !== undefined && (
              <Pill
                key={name}
                size="md"
                withRemoveButton
                onRemove={() => set({ [name]: '' })}
                removeButtonProps={{
                  'aria-label': `Take away the filter by ${words[name]}`,
                  'aria-hidden': false,
                  tabIndex: 0,
                }}
              >
                {words[name]}: {search[name]}
              </Pill>
            ),
        )}
        <Text size="xs" c="var(--hf-muted)" ml="auto">
          Lines cannot be changed
        </Text>
      </Group>
      <PageList
        query={query}
        more="Show older"
        empty={
          <EmptyState icon={IconHistory} title="There is no such line">
            What admins do shows here the moment it is done. Take away a filter to see more.
          </EmptyState>
        }
      >
        {(rows) => (
          <DataTable label="What admins did" columns={columnsFor(search)} rows={rows} rowKey={({ id }) => id} />
        )}
      </PageList>
      {shown && <AuditDrawer entry={shown} onClose={() => set({ entry: '' })} />}
    </Stack>
  )
}

const words = { target: 'done to', actorId: 'by' } as const

const clean = (search: AuditSearch): AuditSearch =>
  Object.fromEntries(Object.entries(search).filter(([, value]) => value !== ''))

const columnsFor = (search: AuditSearch): readonly Column<AuditEntry>[] => [
  {
    header: 'What',
    cell: ({ id, action, target }) => (
      <Group gap={6}>
        <AnchorLink to="/observe/audit" search={{ ...search, entry: id }}>
          {describeAction(action)}
        </AnchorLink>
        {target && (
          <Text span ff="monospace" fz="xs" c="var(--hf-muted)" style={{ overflowWrap: 'anywhere' }}>
            {target}
          </Text>
        )}
      </Group>
    ),
  },
  { header: 'Who', cell: (entry) => <Who entry={entry} /> },
  { header: 'Result', width: 90, cell: ({ status }) => <StatusBadge status={status} /> },
  { header: 'When', width: 120, right: true, cell: ({ at }) => <TimeAgo at={at} /> },
]

const Who = ({ entry: { actorEmail, actorId, keyId } }: { readonly entry: AuditEntry }) => (
  <Group gap={6}>
    <Text span>{actorEmail ?? actorId ?? (keyId ? 'An API key' : 'Nobody signed in')}</Text>
    {keyId && <Badge color="gray">key</Badge>}
  </Group>
)
