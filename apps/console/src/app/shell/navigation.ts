import {
  IconActivityHeartbeat,
  IconApi,
  IconBolt,
  IconHome,
  IconLockAccess,
  IconSchema,
  IconSettings,
  IconStack2,
  IconUsers,
  IconWebhook,
} from '@tabler/icons-react'

/** A place of the console, reached by the navigation, the palette, and `g` followed by its letter. */
export interface Place {
  readonly to: string
  readonly label: string
  readonly icon: typeof IconHome
  readonly letter: string
  /** Where its tabs are, when they are not below it. */
  readonly also?: readonly string[]
}

export const places = [
  { to: '/', label: 'Home', icon: IconHome, letter: 'h' },
  { to: '/collections', label: 'Collections', icon: IconSchema, letter: 'c' },
  { to: '/permissions', label: 'Permissions', icon: IconLockAccess, letter: 'p' },
  {
    to: '/users',
    label: 'Users',
    icon: IconUsers,
    letter: 'u',
    also: ['/roles', '/teams', '/invites', '/api-keys', '/service-accounts'],
  },
  { to: '/realtime', label: 'Realtime', icon: IconBolt, letter: 'r' },
  { to: '/webhooks', label: 'Webhooks', icon: IconWebhook, letter: 'w' },
  { to: '/jobs', label: 'Jobs', icon: IconStack2, letter: 'j' },
  { to: '/api', label: 'API', icon: IconApi, letter: 'a' },
  { to: '/observe', label: 'Observe', icon: IconActivityHeartbeat, letter: 'o' },
  { to: '/settings', label: 'Settings', icon: IconSettings, letter: 's' },
] as const satisfies readonly Place[]

/** Tabs inside of places, and pages of single things to do: the palette finds them. */
export const morePlaces: readonly { readonly to: string; readonly label: string; readonly place: string }[] = [
  { to: '/collections/new', label: 'New collection', place: 'Collections' },
  { to: '/collections/diagram', label: 'Diagram of the collections', place: 'Collections' },
  { to: '/collections/json', label: 'Schema as JSON', place: 'Collections' },
  { to: '/collections/import', label: 'New collection from a file', place: 'Collections' },
  { to: '/permissions/explain', label: 'Explain who may do what', place: 'Permissions' },
  { to: '/users/new', label: 'Add user', place: 'Users' },
  { to: '/roles', label: 'Roles', place: 'Users' },
  { to: '/teams', label: 'Teams', place: 'Users' },
  { to: '/invites', label: 'Invitations', place: 'Users' },
  { to: '/api-keys', label: 'API keys', place: 'Users' },
  { to: '/api-keys/new', label: 'New API key', place: 'Users' },
  { to: '/service-accounts', label: 'Service accounts', place: 'Users' },
  { to: '/account', label: 'Your account', place: 'Password, passkeys, sessions' },
  { to: '/welcome', label: 'Begin with a demo or a file', place: 'Home' },
  { to: '/realtime/channels', label: 'Channels', place: 'Realtime' },
  { to: '/jobs/schedules', label: 'Schedules', place: 'Jobs' },
  { to: '/observe/requests', label: 'Log of requests', place: 'Observe' },
  { to: '/observe/slow', label: 'Slow statements', place: 'Observe' },
  { to: '/observe/database', label: 'Size of the database', place: 'Observe' },
  { to: '/observe/audit', label: 'Audit log', place: 'Observe' },
  { to: '/settings/providers', label: 'Sign-in providers', place: 'Settings' },
  { to: '/settings/oidc-clients', label: 'OpenID clients', place: 'Settings' },
  { to: '/settings/mail-texts', label: 'Texts of mails', place: 'Settings' },
  { to: '/settings/signing-keys', label: 'Signing keys', place: 'Settings' },
  { to: '/settings/backups', label: 'Backups', place: 'Settings' },
]
