import type {
  CollectionDefinition,
  ExplainRequest,
  Explanation,
  One,
  Page,
  PermissionPreview,
  RuleDefinition,
  RuleTestReport,
  RuleTestRequest,
  SchemaApplyRequest,
  SchemaPlan,
  SchemaPlanRequest,
} from '@holdfast/contract'
import { toQueryString } from './encode-query.js'
import { type CallOptions, type PageOptions, type Send, segment } from './transport.js'

/** A user as admins see it. */
export interface AdminUser {
  id: string
  email: string
  /** Named roles; `public` and `user` go without saying. */
  roles: string[]
  createdAt: string
}

/** A named role. */
export interface Role {
  name: string
  description: string | null
}

/** What only users with the role `admin` may do. `client.admin`. */
export class AdminClient {
  /** Defines collections. */
  readonly collections: AdminCollections
  /** Changes many collections at once. */
  readonly schema: AdminSchema
  /** Users and their roles. */
  readonly users: AdminUsers
  /** Named roles. */
  readonly roles: AdminRoles
  /** Why somebody may or may not do something, and what a change of rules would change. */
  readonly permissions: AdminPermissions

  /** @internal */
  constructor(send: Send) {
    this.collections = new AdminCollections(send)
    this.schema = new AdminSchema(send)
    this.users = new AdminUsers(send)
    this.roles = new AdminRoles(send)
    this.permissions = new AdminPermissions(send)
  }
}

/** Options of changes that can lose data. */
export interface LossyOptions extends CallOptions {
  /** Needed where values would be lost. */
  acceptDataLoss?: boolean
}

const lossyQuery = ({ acceptDataLoss }: LossyOptions): string | undefined =>
  acceptDataLoss ? 'acceptDataLoss=true' : undefined

/** `client.admin.collections`. */
export class AdminCollections {
  readonly #send: Send

  /** @internal */
  constructor(send: Send) {
    this.#send = send
  }

  /**
   * All collections, the built-in `users` included.
   *
   * @example
   * for (const { name, fields } of await client.admin.collections.list()) console.log(name, fields.length)
   */
  async list(options: CallOptions = {}): Promise<CollectionDefinition[]> {
    return data(await this.#send('GET', '/admin/collections', options))
  }

  /**
   * One collection.
   * @throws HoldfastError `collection_not_found`
   *
   * @example
   * const posts = await client.admin.collections.get('posts')
   */
  async get(name: string, options: CallOptions = {}): Promise<CollectionDefinition> {
    return data(await this.#send('GET', `/admin/collections/${segment(name)}`, options))
  }

  /**
   * Makes a collection: a table, its indexes and its rules.
   * @throws HoldfastError `invalid_definition` with every place that is wrong
   *
   * @example
   * await client.admin.collections.create({
   *   name: 'notes',
   *   fields: [{ name: 'text', type: 'text', required: true }],
   *   rules: [{ role: 'user', action: ['read', 'create'] }],
   * })
   */
  async create(definition: CollectionDefinition, { signal }: CallOptions = {}): Promise<CollectionDefinition> {
    return data(await this.#send('POST', '/admin/collections', { body: definition, signal }))
  }

  /**
   * Changes the parts that are given. A list (`fields`, `indexes`, `rules`) replaces the whole list; a field sent with
   * its `id` and another `name` is renamed and keeps its data.
   * @throws HoldfastError `lossy_change` when values would be lost, `invalid_definition`
   *
   * @example
   * const notes = await client.admin.collections.get('notes')
   * await client.admin.collections.update('notes', { fields: [...notes.fields, { name: 'done', type: 'boolean' }] })
   */
  async update(
    name: string,
    changes: Partial<CollectionDefinition>,
    options: LossyOptions = {},
  ): Promise<CollectionDefinition> {
    const path = `/admin/collections/${segment(name)}`
    return data(await this.#send('PATCH', path, { body: changes, query: lossyQuery(options), signal: options.signal }))
  }

  /**
   * Drops a collection with its records.
   * @throws HoldfastError `lossy_change` when it has records
   *
   * @example
   * await client.admin.collections.delete('notes', { acceptDataLoss: true })
   */
  async delete(name: string, options: LossyOptions = {}): Promise<void> {
    const path = `/admin/collections/${segment(name)}`
    await this.#send('DELETE', path, { query: lossyQuery(options), signal: options.signal })
  }
}

/** `client.admin.schema`. */
export class AdminSchema {
  readonly #send: Send

  /** @internal */
  constructor(send: Send) {
    this.#send = send
  }

  /**
   * What a change would do, step by step, without doing it.
   *
   * @example
   * const plan = await client.admin.schema.plan({ drop: ['notes'] })
   * for (const step of plan.steps) console.log(step.description, step.lossy ? 'loses data' : '')
   */
  async plan(change: SchemaPlanRequest, { signal }: CallOptions = {}): Promise<SchemaPlan> {
    return data(await this.#send('POST', '/admin/schema/plan', { body: change, signal }))
  }

  /**
   * Does what a plan says, in one transaction.
   * @throws HoldfastError `plan_outdated` when the schema has changed since, `lossy_change`, `schema_change_failed`
   *
   * @example
   * const change = { drop: ['notes'] }
   * const { hash } = await client.admin.schema.plan(change)
   * await client.admin.schema.apply({ ...change, hash, acceptDataLoss: true })
   */
  async apply(change: SchemaApplyRequest, { signal }: CallOptions = {}): Promise<SchemaPlan> {
    return data(await this.#send('POST', '/admin/schema/apply', { body: change, signal }))
  }

  /**
   * TypeScript types of all collections, ready for `createClient<Schema>`: what `holdfast types` writes.
   *
   * @example
   * const source = await client.admin.schema.types()
   */
  async types(options: CallOptions = {}): Promise<string> {
    return (await this.#send('GET', '/admin/schema/types', options)) as string
  }
}

/** `client.admin.users`. */
export class AdminUsers {
  readonly #send: Send

  /** @internal */
  constructor(send: Send) {
    this.#send = send
  }

  /**
   * A page of users with their roles, the newest first.
   *
   * @example
   * const { data, meta } = await client.admin.users.list({ limit: 50 })
   */
  async list({ signal, ...page }: PageOptions = {}): Promise<Page<AdminUser>> {
    return (await this.#send('GET', '/admin/users', { query: toQueryString(page), signal })) as Page<AdminUser>
  }

  /**
   * Gives a user exactly these roles. Takes effect at once, for sessions that are open too.
   *
   * @example
   * await client.admin.users.setRoles(userId, ['editor'])
   */
  async setRoles(id: string, roles: readonly string[], { signal }: CallOptions = {}): Promise<AdminUser> {
    return data(await this.#send('PUT', `/admin/users/${segment(id)}/roles`, { body: { roles }, signal }))
  }

  /**
   * Signs a user out everywhere.
   *
   * @example
   * await client.admin.users.revokeSessions(userId)
   */
  async revokeSessions(id: string, options: CallOptions = {}): Promise<void> {
    await this.#send('DELETE', `/admin/users/${segment(id)}/sessions`, options)
  }
}

/** `client.admin.roles`. */
export class AdminRoles {
  readonly #send: Send

  /** @internal */
  constructor(send: Send) {
    this.#send = send
  }

  /**
   * All named roles.
   *
   * @example
   * const names = (await client.admin.roles.list()).map((role) => role.name)
   */
  async list(options: CallOptions = {}): Promise<Role[]> {
    return data(await this.#send('GET', '/admin/roles', options))
  }

  /**
   * Makes a role.
   *
   * @example
   * await client.admin.roles.create({ name: 'editor', description: 'Publishes posts' })
   */
  async create(role: { name: string; description?: string }, { signal }: CallOptions = {}): Promise<Role> {
    return data(await this.#send('POST', '/admin/roles', { body: role, signal }))
  }

  /**
   * Removes a role, also from those who have it.
   *
   * @example
   * await client.admin.roles.delete('editor')
   */
  async delete(name: string, options: CallOptions = {}): Promise<void> {
    await this.#send('DELETE', `/admin/roles/${segment(name)}`, options)
  }
}

/** `client.admin.permissions`. */
export class AdminPermissions {
  readonly #send: Send

  /** @internal */
  constructor(send: Send) {
    this.#send = send
  }

  /**
   * Whether somebody may do something, the rule that decided, and what in it did not hold. Nothing is written.
   *
   * @example
   * const why = await client.admin.permissions.explain({ as: { user: userId }, action: 'update', collection: 'posts', id })
   * console.log(why.allowed, why.reason, why.failed)
   */
  async explain(request: ExplainRequest, { signal }: CallOptions = {}): Promise<Explanation> {
    return data(await this.#send('POST', '/permissions/explain', { body: request, signal }))
  }

  /**
   * Which records and fields each role would gain and lose by other rules, counted within limits and sampled. Nothing is
   * saved.
   *
   * @example
   * const preview = await client.admin.permissions.preview('posts', [{ role: 'public', action: 'read' }])
   * for (const { role, read } of preview.roles) console.log(role, read.rows?.gained, read.fields?.gained)
   */
  async preview(
    collection: string,
    rules: readonly RuleDefinition[],
    { signal }: CallOptions = {},
  ): Promise<PermissionPreview> {
    return data(await this.#send('POST', '/admin/permissions/preview', { body: { collection, rules }, signal }))
  }

  /**
   * Tries the tests that rules carry; `collections` are definitions to try in place of those the server has.
   *
   * @example
   * const { passed, failed, tests } = await client.admin.permissions.testRules()
   */
  async testRules(request: RuleTestRequest = {}, { signal }: CallOptions = {}): Promise<RuleTestReport> {
    return data(await this.#send('POST', '/admin/rules/test', { body: request, signal }))
  }
}

const data = <T>(answer: unknown): T => (answer as One<T>).data
