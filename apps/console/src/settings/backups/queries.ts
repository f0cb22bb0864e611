import { HoldfastError } from '@holdfast/sdk'
import { queryOptions } from '@tanstack/react-query'
import { client } from '../../client/client'

/** Newest first; often while one is made. */
export const backupsQuery = queryOptions({
  queryKey: ['backups', 'list'],
  queryFn: ({ signal }) => client.admin.backups.list({ signal }),
  refetchInterval: ({ state }) => (state.data?.some((backup) => backup.state === 'running') ? 1_000 : 30_000),
})

export const backupQuery = (name: string) =>
  queryOptions({
    queryKey: ['backups', 'one', name],
    queryFn: ({ signal }) => client.admin.backups.get(name, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })

/** Whether a backup is whole, once somebody has asked: nothing asks by itself, since all of it is read. */
export const checkQuery = (name: string) =>
  queryOptions({
    queryKey: ['backup checks', name],
    queryFn: ({ signal }) => client.admin.backups.verify(name, { signal }),
    enabled: false,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  })

/** Whether a check has found something, and has not just failed itself. */
export const isDamage = (error: unknown): boolean =>
  error instanceof HoldfastError && error.code === 'validation_failed'
