import type { Page } from '@holdfast/contract'
import { Button, Center, Skeleton, Stack } from '@mantine/core'
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Problem } from './problem'

interface PageListProps<T> {
  readonly query: UseInfiniteQueryResult<InfiniteData<Page<T>>>
  /** In place of a list with nothing in it. */
  readonly empty: ReactNode
  /** Of the button for more. */
  readonly more?: string
  children(rows: readonly T[]): ReactNode
}

/** A list that comes page by page: loading, failed, empty or there, with a button for more. */
export function PageList<T>({ query, empty, more = 'Show more', children }: PageListProps<T>) {
  const { data, isError, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = query
  if (data === undefined)
    return isError ? (
      <Problem error={error} onRetry={() => void refetch()} />
    ) : (
      <Stack gap="xs" aria-busy="true" aria-label="Loading">
        {[0, 1, 2, 3, 4].map((row) => (
          <Skeleton key={row} height={32} />
        ))}
      </Stack>
    )
  const rows = data.pages.flatMap((page) => page.data)
  if (rows.length === 0) return empty
  return (
    <>
      {children(rows)}
      {isError && <Problem error={error} onRetry={() => void (hasNextPage ? fetchNextPage() : refetch())} />}
      {hasNextPage && !isError && (
        <Center pt="md">
          <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {more}
          </Button>
        </Center>
      )}
    </>
  )
}
