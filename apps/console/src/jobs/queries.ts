import type { JobInfo, JobState } from '@holdfast/contract'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { client } from '../client/client'

const refreshMs = 3000

/** The newest first, page by page. */
export const jobsQuery = (state: JobState | undefined, name: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ['jobs', 'list', state, name],
    queryFn: ({ pageParam, signal }) =>
      client.admin.jobs.list({
        limit: 50,
        signal,
        ...(state && { state }),
        ...(name && { name }),
        ...(pageParam && { cursor: pageParam }),
      }),
    initialPageParam: '',
    getNextPageParam: ({ meta }) => meta.nextCursor,
    refetchInterval: refreshMs,
  })

export const jobQuery = (id: string) =>
  queryOptions({
    queryKey: ['jobs', 'one', id],
    queryFn: ({ signal }) => client.admin.jobs.get(id, { signal }),
    refetchInterval: refreshMs,
  })

export const schedulesQuery = queryOptions({
  queryKey: ['jobs', 'schedules'],
  queryFn: ({ signal }) => client.admin.jobs.schedules({ signal }),
  refetchInterval: 30_000,
})

/** Tries every job that failed once more, of one kind where that is given; tells how many those were. */
export async function retryFailed(name: string | undefined): Promise<number> {
  // All are found before the first is tried: what fails again at once would be found without end.
  const failed: JobInfo[] = []
  let cursor: string | null = ''
  do {
    const page = await client.admin.jobs.list({
      state: 'failed',
      limit: 200,
      ...(name && { name }),
      ...(cursor && { cursor }),
    })
    failed.push(...page.data)
    cursor = page.meta.nextCursor
  } while (cursor)
  for (const { id } of failed) await client.admin.jobs.retry(id)
  return failed.length
}
