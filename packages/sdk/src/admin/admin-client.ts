import type { SchemaShape, UntypedSchema } from '../schema.js'
import type { Send } from '../transport.js'
import { AdminApiKeys } from './api-keys.js'
import { AdminAudit } from './audit.js'
import { AdminAuthProviders } from './auth-providers.js'
import { AdminBackups } from './backups.js'
import { AdminChanges } from './changes.js'
import { AdminChannels } from './channels.js'
import { AdminCollections } from './collections.js'
import { AdminEnvironment } from './environment.js'
import { AdminJobs } from './jobs.js'
import { AdminMailTemplates } from './mail-templates.js'
import { AdminObserve } from './observe.js'
import { AdminOidcClients } from './oidc-clients.js'
import { AdminPermissions } from './permissions.js'
import { AdminRoles } from './roles.js'
import { AdminSchema } from './schema.js'
import { AdminServiceAccounts } from './service-accounts.js'
import { AdminSettings } from './settings.js'
import { AdminSetup } from './setup.js'
import { AdminSigningKeys } from './signing-keys.js'
import { AdminUsers } from './users.js'
import { type ViewingClient, type ViewTarget, viewAs } from './view-as.js'
import { AdminViews } from './views.js'
import { AdminWebhooks } from './webhooks.js'

/** What only users with the role `admin` may do. `client.admin`. */
export class AdminClient {
  readonly #send: Send
  /** Defines collections. */
  readonly collections: AdminCollections
  /** Changes many collections at once. */
  readonly schema: AdminSchema
  /** Users and their roles. */
  readonly users: AdminUsers
  /** Named roles. */
  readonly roles: AdminRoles
  /** Keys of programs and apps. */
  readonly apiKeys: AdminApiKeys
  /** Users that are programs. */
  readonly serviceAccounts: AdminServiceAccounts
  /** Other providers by which people sign in. */
  readonly authProviders: AdminAuthProviders
  /** Apps that sign people in by this server. */
  readonly oidcClients: AdminOidcClients
  /** The texts of mails. */
  readonly mailTemplates: AdminMailTemplates
  /** The keys that sign tokens. */
  readonly signingKeys: AdminSigningKeys
  /** What is chosen while the server runs. */
  readonly settings: AdminSettings
  /** Backups of all records. */
  readonly backups: AdminBackups
  /** What is set where the server is started. */
  readonly environment: AdminEnvironment
  /** Why somebody may or may not do something, and what a change of rules would change. */
  readonly permissions: AdminPermissions
  /** Changes that are delivered to URLs. */
  readonly webhooks: AdminWebhooks
  /** Places where connected clients meet, and who may. */
  readonly channels: AdminChannels
  /** Work the server does by itself. */
  readonly jobs: AdminJobs
  /** Whether there is an admin yet. */
  readonly setup: AdminSetup
  /** The log of all changes, which realtime, webhooks and history read. */
  readonly changes: AdminChanges
  /** How the server does: numbers over time, requests, slow statements, sizes. */
  readonly observe: AdminObserve
  /** What admins did. */
  readonly audit: AdminAudit

  /** How grids of records look, kept under a name. */
  readonly views: AdminViews

  /** @internal */
  constructor(send: Send) {
    this.#send = send
    this.collections = new AdminCollections(send)
    this.schema = new AdminSchema(send)
    this.users = new AdminUsers(send)
    this.roles = new AdminRoles(send)
    this.apiKeys = new AdminApiKeys(send)
    this.serviceAccounts = new AdminServiceAccounts(send)
    this.authProviders = new AdminAuthProviders(send)
    this.oidcClients = new AdminOidcClients(send)
    this.mailTemplates = new AdminMailTemplates(send)
    this.signingKeys = new AdminSigningKeys(send)
    this.settings = new AdminSettings(send)
    this.backups = new AdminBackups(send)
    this.environment = new AdminEnvironment(send)
    this.permissions = new AdminPermissions(send)
    this.webhooks = new AdminWebhooks(send)
    this.channels = new AdminChannels(send)
    this.jobs = new AdminJobs(send)
    this.setup = new AdminSetup(send)
    this.views = new AdminViews(send)
    this.changes = new AdminChanges(send)
    this.observe = new AdminObserve(send)
    this.audit = new AdminAudit(send)
  }

  /**
   * Reads records as somebody else: what they may see, and nothing of what only the admin may. Nothing can be written so.
   *
   * @example
   * const asEditor = client.admin.viewAs({ roles: ['editor'] })
   * const { data } = await asEditor.collection('posts').list()
   */
  viewAs<S extends SchemaShape<S> = UntypedSchema>(target: ViewTarget): ViewingClient<S> {
    return viewAs<S>(this.#send, target)
  }
}
