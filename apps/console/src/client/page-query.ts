import type { Page } from '@holdfast/contract'
import { infiniteQueryOptions, type QueryKey } from '@tanstack/react-query'

interface PageRequest {
  readonly cursor?: string
  readonly signal: AbortSignal
}

/** A list that comes page by page, as far as somebody asks for more. */
export const pageQuery = <T>(queryKey: QueryKey, load: (request: PageRequest) => Promise<Page<T>>) =>
  infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam, signal }) => load({ signal, ...(pageParam !== undefined && { cursor: pageParam }) }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ meta }) => meta.nextCursor ?? undefined,
  })
