import { SimpleGrid, Stack, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { QueryState } from '../../ui/query-state'
import { formatBytes, formatCount } from '../format'
import { databaseQuery } from '../queries'
import { StatTile } from '../stat-tile'
import { Growth } from './growth'
import { TableSizes } from './table-sizes'

/** How large the database is, how it grows, and what goes on in it. */
export function DatabasePage() {
  const query = useQuery(databaseQuery)
  return (
    <Stack gap="md">
      <QueryState query={query} rows={2}>
        {({ bytes, changeLogBytes, connections, cacheHit, longestTransactionSeconds, deadlocks, version }) => (
          <SimpleGrid cols={{ base: 2, md: 3, lg: 5 }} spacing="md">
            <StatTile label="Size" value={formatBytes(bytes)} hint={`PostgreSQL ${version}`} />
            <StatTile label="Change log" value={formatBytes(changeLogBytes)} hint="For realtime, webhooks, history" />
            <StatTile
              label="Connections"
              value={`${connections.used} of ${connections.most}`}
              hint={`${connections.active} active, ${connections.idleInTransaction} idle in a transaction`}
              bad={connections.used > connections.most * 0.85}
            />
            <StatTile
              label="Found in memory"
              value={cacheHit === null ? '–' : `${(cacheHit * 100).toFixed(1)} %`}
              hint="Below 95 % more memory helps"
              bad={cacheHit !== null && cacheHit < 0.9}
            />
            <StatTile
              label="Longest transaction"
              value={longestTransactionSeconds === null ? 'None' : `${formatCount(longestTransactionSeconds)} s`}
              hint={`${formatCount(deadlocks)} deadlocks so far`}
              bad={(longestTransactionSeconds ?? 0) > 300}
            />
          </SimpleGrid>
        )}
      </QueryState>
      <Growth />
      <Title order={2}>Tables</Title>
      <QueryState query={query} rows={6}>
        {({ tables }) => <TableSizes tables={tables} />}
      </QueryState>
    </Stack>
  )
}
