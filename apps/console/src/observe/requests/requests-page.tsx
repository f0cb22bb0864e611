import type { LoggedRequest } from '@holdfast/contract'
import { Badge, Group, Stack, Switch, Text } from '@mantine/core'
import { IconListSearch } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { type Column, DataTable } from '../../ui/data-table'
import { EmptyState } from '../../ui/empty-state'
import { AnchorLink } from '../../ui/links'
import { PageList } from '../../ui/page-list'
import { TimeAgo } from '../../ui/time-ago'
import { formatMs } from '../format'
import { requestsQuery } from '../queries'
import { StatusBadge } from '../status-badge'
import { RequestDrawer } from './request-drawer'
import { RequestFilters } from './request-filters'
import { type RequestSearch, toFilter } from './request-search'

const route = getRouteApi('/shell/observe/requests')

/** Requests that were answered, the newest first. */
export function RequestsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const filter = toFilter(search)
  const query = useInfiniteQuery(requestsQuery(filter, search.live === true))
  return (
    <Stack gap="md">
      <Group justify="space-between" align="flex-end" gap="sm">
        <RequestFilters search={search} onChange={(next) => void navigate({ search: next, replace: true })} />
        <Switch
          label="Live"
          checked={search.live === true}
          onChange={({ currentTarget: { checked } }) =>
            void navigate({ search: ({ live: _, ...old }) => (checked ? { ...old, live: true } : old), replace: true })
          }
        />
      </Group>
      <PageList query={query} more="Show older" empty={<NoRequests isFiltered={Object.keys(filter).length > 0} />}>
        {(requests) => (
          <DataTable label="Requests" columns={columnsFor(search)} rows={requests} rowKey={({ id }) => id} />
        )}
      </PageList>
      {search.request !== undefined && (
        <RequestDrawer
          requestId={search.request}
          onClose={() => void navigate({ search: ({ request: _, ...old }) => old, replace: true })}
        />
      )}
    </Stack>
  )
}

const columnsFor = (search: RequestSearch): readonly Column<LoggedRequest>[] => [
  { header: 'Status', width: 76, cell: ({ status }) => <StatusBadge status={status} /> },
  {
    header: 'Request',
    cell: ({ method, path, query, requestId }) => (
      <AnchorLink
        to="/observe/requests"
        search={{ ...search, request: requestId }}
        ff="monospace"
        fz="xs"
        c="var(--mantine-color-text)"
        style={{ overflowWrap: 'anywhere' }}
      >
        {method} {path}
        {query && (
          <Text span inherit c="var(--hf-muted)">
            ?{query}
          </Text>
        )}
      </AnchorLink>
    ),
  },
  { header: 'Time', width: 90, right: true, cell: ({ ms }) => formatMs(ms) },
  {
    header: 'By',
    width: 150,
    cell: ({ principal, address, impersonatorId }) => (
      <Group gap={6} wrap="nowrap">
        {principal !== null && principal !== 'public' && (
          <Badge color={impersonatorId ? 'orange' : 'gray'}>{impersonatorId ? 'acted as' : principal}</Badge>
        )}
        <Text span size="xs" c="var(--hf-muted)">
          {address}
        </Text>
      </Group>
    ),
  },
  { header: 'When', width: 110, right: true, cell: ({ at }) => <TimeAgo at={at} /> },
]

const NoRequests = ({ isFiltered }: { readonly isFiltered: boolean }) =>
  isFiltered ? (
    <EmptyState icon={IconListSearch} title="No request is like that">
      Take away a filter, or look whether the log still reaches back that far: it is kept for some days.
    </EmptyState>
  ) : (
    <EmptyState icon={IconListSearch} title="Nothing was logged yet">
      Requests show within a second. Those of this page and of the console’s own files are left out.
    </EmptyState>
  )
