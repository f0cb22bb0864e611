import type { PasskeyInfo } from '@holdfast/contract'
import { AppError, newId } from '../../lib/index.js'
import type { Executor } from '../../platform/db/index.js'

/** What a proof is held against. */
export interface StoredPasskey {
  readonly id: string
  readonly userId: string
  /** Base64url. */
  readonly credentialId: string
  readonly publicKey: Buffer
  readonly signCount: number
  readonly transports: readonly string[]
}

export interface NewPasskey extends Omit<StoredPasskey, 'id'> {
  readonly name: string
  readonly backedUp: boolean
  readonly aaguid: string
}

/** Returns the id of the factor. @throws conflict for a credential that somebody has registered, whoever it is */
export async function storePasskey(tx: Executor, passkey: NewPasskey): Promise<string> {
  const { userId, name, credentialId, publicKey, signCount, transports, backedUp, aaguid } = passkey
  const details = JSON.stringify({ transports, backedUp, aaguid })
  const values = [newId(), userId, name, Buffer.from(credentialId, 'base64url'), publicKey, signCount, details]
  const { rows } = await tx.run({ text: store, values })
  if (rows[0] !== undefined) return rows[0][0] as string
  throw new AppError('conflict', 'This passkey is registered already')
}

export async function findPasskey(db: Executor, credentialId: string): Promise<StoredPasskey | undefined> {
  const { rows } = await db.run({
    text: `${select} where credential_id = $1`,
    values: [Buffer.from(credentialId, 'base64url')],
  })
  return (rows as StoredRow[]).map(toStored)[0]
}

export async function findPasskeysOf(db: Executor, userId: string): Promise<StoredPasskey[]> {
  const { rows } = await db.run({
    text: `${select} where user_id = $1 and kind = 'passkey' order by id`,
    values: [userId],
  })
  return (rows as StoredRow[]).map(toStored)
}

/** Notes a use. False when the counter of the authenticator has not risen meanwhile: there may be a copy of it. */
export async function notePasskeyUse(
  tx: Executor,
  { id, signCount, backedUp }: { id: string; signCount: number; backedUp: boolean },
): Promise<boolean> {
  const { rowCount } = await tx.run({ text: noteUse, values: [id, signCount, backedUp] })
  return rowCount === 1
}

export async function listPasskeys(db: Executor, userId: string): Promise<PasskeyInfo[]> {
  const { rows } = await db.run({
    text: `${describe} where user_id = $1 and kind = 'passkey' order by id`,
    values: [userId],
  })
  return (rows as InfoRow[]).map(toInfo)
}

/** Undefined when the user has no such passkey. */
export async function renamePasskey(
  db: Executor,
  userId: string,
  id: string,
  name: string,
): Promise<PasskeyInfo | undefined> {
  const { rows } = await db.run({ text: rename, values: [userId, id, name] })
  return (rows as InfoRow[]).map(toInfo)[0]
}

type StoredRow = [string, string, string, string, number, string]

const toStored = ([id, userId, credentialId, publicKey, signCount, transports]: StoredRow): StoredPasskey => ({
  id,
  userId,
  credentialId: Buffer.from(credentialId, 'hex').toString('base64url'),
  publicKey: Buffer.from(publicKey, 'hex'),
  signCount,
  transports: JSON.parse(transports) as string[],
})

type InfoRow = [string, string, string, string | null, boolean]

const toInfo = ([id, name, createdAt, lastUsedAt, backedUp]: InfoRow): PasskeyInfo => ({
  id,
  kind: 'passkey',
  name,
  createdAt,
  lastUsedAt,
  backedUp,
})

const time = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
const info = `id, name, ${time('created_at')}, ${time('last_used_at')}, coalesce((details ->> 'backedUp')::boolean, false)`

const store = `
  insert into holdfast.factors (id, user_id, kind, name, confirmed_at, credential_id, public_key, sign_count, details)
  values ($1, $2, 'passkey', $3, now(), $4, $5, $6, $7::jsonb) on conflict (credential_id) do nothing returning id`
const select = `
  select id, user_id, encode(credential_id, 'hex'), encode(public_key, 'hex'), sign_count::float8,
    coalesce(details ->> 'transports', '[]')
  from holdfast.factors`
const describe = `select ${info} from holdfast.factors`
const noteUse = `
  update holdfast.factors set sign_count = $2, last_used_at = now(),
    details = jsonb_set(details, '{backedUp}', to_jsonb($3::boolean))
  where id = $1 and (sign_count < $2 or (sign_count = 0 and $2 = 0))`
const rename = `
  update holdfast.factors set name = $3 where user_id = $1 and id = $2 and kind = 'passkey' returning ${info}`
