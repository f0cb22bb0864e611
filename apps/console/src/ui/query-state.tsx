import { Skeleton, Stack } from '@mantine/core'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Problem } from './problem'

interface QueryStateProps<T> {
  readonly query: UseQueryResult<T>
  /** Bars shown while nothing has come yet. */
  readonly rows?: number
  children(data: T): ReactNode
}

/** Loading, failed or there: what every list and every form begins with. What was there stays while it is asked for again. */
export function QueryState<T>({ query, rows = 4, children }: QueryStateProps<T>) {
  if (query.data !== undefined) return children(query.data)
  if (query.isError) return <Problem error={query.error} onRetry={() => void query.refetch()} />
  return (
    <Stack gap="xs" aria-busy="true" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => row).map((row) => (
        <Skeleton key={row} height={32} />
      ))}
    </Stack>
  )
}
