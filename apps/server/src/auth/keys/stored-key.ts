import type { Action } from '@holdfast/contract'
import { type IpNetwork, parseNetwork } from '../../lib/index.js'
import type { KeyPrincipal, KeyScope, UserPrincipal } from '../principal.js'
import { membershipsOf, milliseconds, rolesOf } from '../principals.js'

/** A key that is good, as memory holds it. */
export interface StoredKey {
  readonly id: string
  readonly principal: KeyPrincipal | UserPrincipal
  /** The secrets that are good, and until when. */
  readonly secrets: readonly { readonly hash: Buffer; readonly untilMs: number }[]
  readonly expiresAtMs: number
  /** Where it may be used from; undefined: from everywhere. */
  readonly networks: readonly IpNetwork[] | undefined
  readonly origins: readonly string[] | undefined
}

/** SQL: the key `k` is good, and so is its user, where it has one. */
const good = `(k.expires_at is null or k.expires_at > now())
    and (k.user_id is null or (
      exists (select from public.users u where u.id = k.user_id)
      and not exists (select from holdfast.accounts a where a.user_id = k.user_id and a.disabled_at is not null)))`

export const findKeys = `
  select k.id, k.publishable, k.user_id, encode(k.secret_hash, 'hex'), encode(k.previous_hash, 'hex'),
    ${milliseconds('k.previous_until')}, ${milliseconds('k.expires_at')},
    to_json(k.collections)::text, to_json(k.actions)::text, to_json(k.addresses)::text, to_json(k.origins)::text,
    case when k.user_id is not null then ${rolesOf('k.user_id')} else to_json(array(
      select role from holdfast.api_key_roles r where r.key_id = k.id order by role collate "C")) end::text, ${membershipsOf('k.user_id')}
  from holdfast.api_keys k where k.id = any($1::uuid[]) and ${good}`

export type KeyRow = [
  id: string,
  publishable: boolean,
  userId: string | null,
  hash: string,
  previousHash: string | null,
  previousUntilMs: number | null,
  expiresAtMs: number | null,
  collections: string | null,
  actions: string | null,
  addresses: string | null,
  origins: string | null,
  roles: string,
  memberships: string | null,
]

export function toStoredKey(row: KeyRow): StoredKey {
  const [id, , , hash, previousHash, previousUntilMs, expiresAtMs, , , addresses, origins] = row
  const secrets = [{ hash: Buffer.from(hash, 'hex'), untilMs: Number.POSITIVE_INFINITY }]
  if (previousHash !== null) secrets.push({ hash: Buffer.from(previousHash, 'hex'), untilMs: previousUntilMs ?? 0 })
  return {
    id,
    principal: toPrincipal(row),
    secrets,
    expiresAtMs: expiresAtMs ?? Number.POSITIVE_INFINITY,
    networks: parse(addresses)?.flatMap((text) => parseNetwork(text) ?? []),
    origins: parse(origins),
  }
}

function toPrincipal(row: KeyRow): KeyPrincipal | UserPrincipal {
  const [id, publishable, userId, , , , , collections, actions, addresses, origins, roleNames, memberships] = row
  const roles: readonly string[] = Object.freeze(JSON.parse(roleNames))
  const scope = toScope(parse(collections), parse(actions))
  // Whoever is limited is no admin: what passes rules by the role still stays within the limits.
  const admin = scope === undefined && roles.includes('admin')
  const places = addresses === null && origins === null ? undefined : JSON.stringify([addresses, origins])
  const common = { keyId: id, roles, admin, ...(scope && { scope }), ...(places && { places }) }
  if (userId === null) return Object.freeze({ kind: 'key', publishable, ...common })
  return Object.freeze({ kind: 'user', userId, sessionId: id, ...common, ...(memberships && { memberships }) })
}

function toScope(collections: string[] | undefined, actions: string[] | undefined): KeyScope | undefined {
  if (!collections && !actions) return undefined
  return Object.freeze({ ...(collections && { collections }), ...(actions && { actions: actions as Action[] }) })
}

const parse = (json: string | null): string[] | undefined => (json === null ? undefined : JSON.parse(json))
