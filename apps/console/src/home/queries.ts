import { queryOptions } from '@tanstack/react-query'
import { client } from '../client/client'

/** How the server does now. */
export const summaryQuery = queryOptions({
  queryKey: ['home', 'summary'],
  queryFn: ({ signal }) => client.admin.observe.summary({ signal }),
  refetchInterval: 30_000,
})

/** The latest requests that the server failed at. */
export const failuresQuery = queryOptions({
  queryKey: ['home', 'failures'],
  queryFn: async ({ signal }) => (await client.admin.observe.requests({ result: 5, limit: 3, signal })).data,
})

/** Webhooks that were given up. */
export const disabledWebhooksQuery = queryOptions({
  queryKey: ['home', 'disabled-webhooks'],
  queryFn: async ({ signal }) => {
    const { data } = await client.admin.webhooks.list({ limit: 100, signal })
    return data.filter(({ disabledReason }) => disabledReason !== null)
  },
})

/** What admins changed last; that they signed in is no change. */
export const auditQuery = queryOptions({
  queryKey: ['home', 'audit'],
  queryFn: async ({ signal }) => {
    const { data } = await client.admin.audit.list({ limit: 50, signal })
    return data.filter(({ action }) => !action.startsWith('auth.')).slice(0, 8)
  },
})

/** Whether an app could sign in by something else than an admin's password. */
export const appsQuery = queryOptions({
  queryKey: ['home', 'apps'],
  queryFn: async ({ signal }) => {
    const [keys, users] = await Promise.all([
      client.admin.apiKeys.list({ limit: 1, signal }),
      client.admin.users.list({ limit: 2, signal }),
    ])
    return keys.data.length > 0 || users.data.length > 1
  },
})

/** Whether the server can send mails, by the environment or by settings. */
export const mailQuery = queryOptions({
  queryKey: ['home', 'mail'],
  queryFn: async ({ signal }) => {
    const sections = await client.admin.settings.list({ signal })
    const mail = sections.find(({ section }) => section === 'mail')
    const { host } = (mail?.value ?? {}) as { host?: string }
    return Boolean(host) || Object.keys(mail?.pinned ?? {}).length > 0
  },
})
