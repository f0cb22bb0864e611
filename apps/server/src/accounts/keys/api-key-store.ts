import type { ApiKey } from '@holdfast/contract'
import type { Executor } from '../../platform/db/index.js'
import { iso } from '../sessions/session-store.js'
import type { CheckedLimits } from './parse-api-key.js'

/** A key as it is stored, with collections as ids. */
export type ListedKey = Omit<ApiKey, 'kind' | 'start'> & { readonly publishable: boolean }

export interface KeyToStore {
  readonly id: string
  readonly name: string
  readonly publishable: boolean
  readonly userId: string | undefined
  readonly hash: Buffer
  readonly createdBy: string
  readonly limits: CheckedLimits
}

export async function insertKey(tx: Executor, key: KeyToStore): Promise<void> {
  const { collections = null, actions = null, addresses = null, origins = null, expiresAt = null } = key.limits
  const { id, name, publishable, userId = null, hash, createdBy } = key
  await tx.run({
    text: insert,
    values: [id, name, publishable, userId, hash, createdBy, collections, actions, addresses, origins, expiresAt],
  })
}

/** What is undefined stays. */
export async function updateKey(tx: Executor, id: string, name: string | undefined, limits: CheckedLimits) {
  const given = Object.entries({ name, ...limits }).filter(([, value]) => value !== undefined)
  if (given.length === 0) return
  const columns = given.map(([field], at) => `${columnOf[field as keyof typeof columnOf]} = $${at + 2}`)
  const values = [id, ...given.map(([, value]) => value)]
  await tx.run({ text: `update holdfast.api_keys set ${columns.join(', ')} where id = $1`, values })
}

const columnOf = {
  name: 'name',
  collections: 'collections',
  actions: 'actions',
  addresses: 'addresses',
  origins: 'origins',
  expiresAt: 'expires_at',
}

/** Gives a key exactly these roles. */
export async function setKeyRoles(tx: Executor, id: string, roles: readonly string[]): Promise<void> {
  await tx.run({ text: addRoles, values: [id, roles] })
  await tx.run({ text: removeRoles, values: [id, roles] })
}

/** False when there is no such key. */
export async function replaceSecret(tx: Executor, id: string, hash: Buffer, overlapSeconds: number): Promise<boolean> {
  const { rowCount } = await tx.run({ text: replace, values: [id, hash, overlapSeconds] })
  return rowCount === 1
}

export async function deleteKey(tx: Executor, id: string): Promise<boolean> {
  const { rowCount } = await tx.run({ text: 'delete from holdfast.api_keys where id = $1', values: [id] })
  return rowCount === 1
}

export async function findKey(db: Executor, id: string): Promise<ListedKey | undefined> {
  return toKeys(await db.run({ text: `${select} where k.id = $1`, values: [id] }))[0]
}

/** Locked until the transaction ends, so that changes come one after the other. */
export async function lockKey(tx: Executor, id: string): Promise<ListedKey | undefined> {
  return toKeys(await tx.run({ text: `${select} where k.id = $1 for update of k`, values: [id] }))[0]
}

/** The newest first. */
export async function listKeys(
  db: Executor,
  limit: number,
  after: string | undefined,
  userId: string | undefined,
): Promise<ListedKey[]> {
  return toKeys(await db.run({ text: list, values: [limit, after ?? null, userId ?? null] }))
}

const toKeys = ({ rows }: { rows: unknown[] }): ListedKey[] => (rows as [string][]).map(([json]) => JSON.parse(json))

const select = `
  select json_build_object(
    'id', k.id, 'name', k.name, 'publishable', k.publishable, 'user', k.user_id,
    'roles', array(
      select role from holdfast.api_key_roles r where r.key_id = k.id
      union select role from holdfast.user_roles r where r.user_id = k.user_id order by 1),
    'collections', k.collections, 'actions', k.actions, 'addresses', k.addresses, 'origins', k.origins,
    'expiresAt', ${iso('k.expires_at')}, 'createdAt', ${iso('k.created_at')}, 'createdBy', k.created_by,
    'lastUsedAt', ${iso('k.last_used_at')},
    'previousUntil', case when k.previous_until > now() then ${iso('k.previous_until')} end)::text
  from holdfast.api_keys k`
const list = `
  ${select} where ($2::uuid is null or k.id < $2) and ($3::uuid is null or k.user_id = $3)
  order by k.id desc limit $1`

const insert = `
  insert into holdfast.api_keys
    (id, name, publishable, user_id, secret_hash, created_by, collections, actions, addresses, origins, expires_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`
const replace = `
  update holdfast.api_keys set secret_hash = $2,
    previous_hash = case when $3::int > 0 then secret_hash end,
    previous_until = case when $3::int > 0 then now() + $3::int * interval '1 second' end
  where id = $1`
const addRoles = `
  insert into holdfast.api_key_roles (key_id, role) select distinct $1::uuid, unnest($2::text[]) on conflict do nothing`
const removeRoles = 'delete from holdfast.api_key_roles where key_id = $1 and role <> all ($2::text[])'
