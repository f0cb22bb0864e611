/** What only admins may do, apart from the client so that apps need not carry it: `@holdfast/sdk/admin`. */
import type { Client } from '../client.js'
import type { SchemaShape } from '../schema.js'
import { AdminClient } from './admin-client.js'

export type {
  AdminUserChange,
  AdminUserDetails,
  AdminUserInfo,
  ApiKey,
  ApiKeyChange,
  ApiKeyLimits,
  ApiKeyWithSecret,
  BackupDetails,
  BackupInfo,
  EnvironmentSetting,
  Invite,
  NewAdminUser,
  NewApiKey,
  NewInvite,
  NewServiceAccount,
  RestoreReport,
  RestoreRequest,
  ServiceAccount,
  SettingsSection,
} from '@holdfast/contract'
export type { AdminClient } from './admin-client.js'
export type { AdminApiKeys, KeyQuery } from './api-keys.js'
export type { AdminAudit, AuditQuery } from './audit.js'
export type { AdminAuthProviders } from './auth-providers.js'
export type { AdminBackups } from './backups.js'
export type { AdminChanges, TailQuery } from './changes.js'
export type { AdminChannels } from './channels.js'
export type { AdminCollections } from './collections.js'
export type { AdminEnvironment } from './environment.js'
export type { AdminJobs, JobQuery } from './jobs.js'
export type { LossyOptions } from './lossy.js'
export type { AdminMailTemplates } from './mail-templates.js'
export type { AdminObserve, MetricsQuery, RequestQuery, TimeRange } from './observe.js'
export type { AdminOidcClients } from './oidc-clients.js'
export type { AdminPermissions } from './permissions.js'
export type { AdminRoles, Role } from './roles.js'
export type { AdminSchema } from './schema.js'
export type { AdminServiceAccounts } from './service-accounts.js'
export type { AdminSettings } from './settings.js'
export type { AdminSetup } from './setup.js'
export type { AdminSigningKeys } from './signing-keys.js'
export type { AdminUsers, UserQuery } from './users.js'
export { type CollectionView, type ViewingClient, type ViewTarget, viewAsText } from './view-as.js'
export type { AdminViews } from './views.js'
export type { AdminWebhooks, DeliveryQuery, RotateOptions } from './webhooks.js'

/** A client that also has what only admins may do. */
export type ClientWithAdmin<S extends SchemaShape<S>> = Client<S> & { readonly admin: AdminClient }

/**
 * Adds `client.admin`: collections, rules, users, keys, settings. The caller is whoever is signed in on the client; the server
 * refuses everyone but admins.
 *
 * @example
 * import { createClient } from '@holdfast/sdk'
 * import { withAdmin } from '@holdfast/sdk/admin'
 *
 * const client = withAdmin(createClient('https://api.example.com'))
 * await client.auth.signInWithPassword({ email, password })
 * await client.admin.roles.create({ name: 'editor' })
 */
export const withAdmin = <S extends SchemaShape<S>>(client: Client<S>): ClientWithAdmin<S> => ({
  ...client,
  admin: new AdminClient(client.send),
})
