import type { ApiKey, ApiKeyChange, ApiKeyWithSecret, NewApiKey } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import { newKeyText, Principals, startOf, type UserPrincipal } from '../../auth/index.js'
import { SchemaCache } from '../../collections/index.js'
import { AppError, invalidAt, newId } from '../../lib/index.js'
import { Database, type Executor } from '../../platform/db/index.js'
import { findAccountById } from '../account/find-account.js'
import { requireRoles } from '../account/require-roles.js'
import type { PageQuery } from '../page-query.js'
import {
  deleteKey,
  findKey,
  insertKey,
  type ListedKey,
  listKeys,
  lockKey,
  replaceSecret,
  setKeyRoles,
  updateKey,
} from './api-key-store.js'
import { type CheckedLimits, checkHolder, onlyOwn, parseLimits } from './parse-api-key.js'

/** API keys as admins manage them. */
@Injectable()
export class ApiKeysService {
  constructor(
    private readonly db: Database,
    private readonly schemas: SchemaCache,
    private readonly principals: Principals,
  ) {}

  /** @throws invalid_value, validation_failed for roles that do not exist, forbidden for a user it may not act as */
  async create(caller: UserPrincipal, raw: NewApiKey): Promise<ApiKeyWithSecret> {
    checkHolder(raw)
    const limits = this.parse(raw)
    const id = newId()
    const publishable = raw.kind === 'publishable'
    const { text, hash } = newKeyText(id, publishable)
    const { name, user: userId, roles = [] } = raw
    await this.db.transaction(async (tx) => {
      if (userId !== undefined) await this.requireOwn(tx, caller, userId)
      await requireRoles(tx, roles)
      await insertKey(tx, { id, name, publishable, userId, hash, createdBy: caller.userId, limits })
      await setKeyRoles(tx, id, roles)
    })
    return { ...(await this.get(id)), key: text }
  }

  /** With `userId` only those that act as this user. */
  async list({ limit, after }: PageQuery, userId?: string): Promise<ApiKey[]> {
    return (await listKeys(this.db, limit, after, userId)).map((key) => this.describe(key))
  }

  /** @throws not_found */
  async get(id: string): Promise<ApiKey> {
    const key = await findKey(this.db, id)
    if (!key) throw noSuchKey()
    return this.describe(key)
  }

  /** @throws not_found, and as create */
  async change(id: string, raw: ApiKeyChange): Promise<ApiKey> {
    const limits = this.parse(raw)
    await this.db.transaction(async (tx) => {
      const key = await lockKey(tx, id)
      if (!key) throw noSuchKey()
      if (raw.roles) {
        checkHolder({ name: key.name, ...raw, kind: key.publishable ? 'publishable' : 'secret', ...ownerOf(key) })
        await requireRoles(tx, raw.roles)
        await setKeyRoles(tx, id, raw.roles)
      }
      await updateKey(tx, id, raw.name, limits)
    })
    this.principals.forget(id)
    return this.get(id)
  }

  /** Gives it another secret. The old one stays good for so long. @throws not_found */
  async rotate(id: string, overlapSeconds: number): Promise<ApiKeyWithSecret> {
    const { kind } = await this.get(id)
    const { text, hash } = newKeyText(id, kind === 'publishable')
    if (!(await replaceSecret(this.db, id, hash, overlapSeconds))) throw noSuchKey()
    this.principals.forget(id)
    return { ...(await this.get(id)), key: text }
  }

  /** @throws not_found */
  async delete(id: string): Promise<void> {
    if (!(await deleteKey(this.db, id))) throw noSuchKey()
    this.principals.forget(id)
  }

  // ── steps ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  private parse(raw: ApiKeyChange): CheckedLimits {
    const { collections } = this.schemas.current
    return parseLimits(raw, (name) => collections.get(name)?.id)
  }

  /** To act as another person leaves a trace and ends: that is impersonation, and no key. */
  private async requireOwn(tx: Executor, caller: UserPrincipal, userId: string): Promise<void> {
    const account = await findAccountById(tx, userId)
    if (!account) throw invalidAt('invalid_value', 'user', 'There is no such user')
    if (account.kind !== 'service' && userId !== caller.userId) throw onlyOwn()
  }

  private describe({ publishable, collections, ...key }: ListedKey): ApiKey {
    const names = new Map([...this.schemas.current.collections.values()].map(({ id, name }) => [id, name]))
    return {
      ...key,
      kind: publishable ? 'publishable' : 'secret',
      start: startOf(key.id, publishable),
      // One that was deleted since opens nothing, and has no name.
      collections: collections?.flatMap((id) => names.get(id) ?? []) ?? null,
    }
  }
}

const ownerOf = ({ user }: ListedKey): { user?: string } => (user === null ? {} : { user })

const noSuchKey = (): AppError => new AppError('not_found', 'There is no such API key')
