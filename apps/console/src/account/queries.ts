import { queryOptions } from '@tanstack/react-query'
import { client } from '../client/client'

/** Authenticator apps, passkeys and recovery codes, as counted; also what the step-up dialog asks by. */
export const factorsQuery = queryOptions({
  queryKey: ['my-factors'],
  queryFn: ({ signal }) => client.auth.mfa.list({ signal }),
})

export const passkeysQuery = queryOptions({
  queryKey: ['my-passkeys'],
  queryFn: ({ signal }) => client.auth.passkeys.list({ signal }),
})

export const sessionsKey = ['my-sessions'] as const

export const sessionsQuery = (limit: number) =>
  queryOptions({
    queryKey: [...sessionsKey, limit],
    queryFn: ({ signal }) => client.auth.sessions({ limit, signal }),
    placeholderData: (before) => before,
  })
