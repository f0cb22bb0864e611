import { Injectable } from '@nestjs/common'
import type { JWK } from 'jose'
import { AppError, newId } from '../lib/index.js'
import { Database, type Executor } from '../platform/db/index.js'
import { Secrets } from '../platform/secrets/index.js'
import { generateSigningKey, type SigningPurpose, type StoredKey, toPublicJwk } from './signing-key.js'

/** How long a key that replaces another is published before it signs, where nobody is in a hurry. */
const daySeconds = 24 * 60 * 60

/** The table `holdfast.signing_keys`. Private keys are encrypted there; every node is signalled each change. */
@Injectable()
export class SigningKeyStore {
  constructor(
    private readonly db: Database,
    private readonly secrets: Secrets,
  ) {}

  /** All keys, those that sign last first. */
  async list(): Promise<StoredKey[]> {
    const nowMs = Date.now()
    const { rows } = await this.db.run({ text: lastActiveFirst, values: [] })
    return Promise.all((rows as KeyRow[]).map((row) => this.open(row, nowMs)))
  }

  /** Makes the first key of a purpose, or the next once the newest is three months old; drops those no token can need any more. */
  async renew(purpose: SigningPurpose): Promise<void> {
    await this.sealPlain()
    const { rows } = await this.db.run({ text: isDue, values: [purpose] })
    if (rows.length > 0) await this.locked((tx) => this.add(tx, purpose, daySeconds, true))
    await this.db.run({ text: dropReplaced, values: [] })
  }

  /** Makes a new key that begins to sign in so many seconds. Returns its id. */
  async rotate(purpose: SigningPurpose, activeInSeconds: number): Promise<string> {
    return this.locked((tx) => this.add(tx, purpose, activeInSeconds, false))
  }

  /**
   * Takes a key away, and with it all tokens it signed. Where it was the one that signs, the newest of the others takes over.
   * @throws not_found, conflict for the last of its purpose
   */
  async delete(kid: string): Promise<void> {
    await this.locked(async (tx) => {
      const { rows } = await tx.run({ text: findOthers, values: [kid] })
      const [found, others] = (rows[0] ?? []) as [SigningPurpose?, number?]
      if (found === undefined) throw new AppError('not_found', 'There is no such key')
      if (others === 0)
        throw new AppError('conflict', 'The last key cannot be deleted', {
          hint: 'Make another one first: POST /api/v1/admin/signing-keys/rotate',
        })
      await tx.run({ text: remove, values: [kid] })
      await tx.run({ text: activateNewest, values: [found] })
    })
  }

  private async locked<T>(work: (tx: Executor) => Promise<T>): Promise<T> {
    return this.db.transaction(async (tx) => {
      await tx.run({ text: 'lock table holdfast.signing_keys in exclusive mode', values: [] })
      return work(tx)
    })
  }

  private async add(tx: Executor, purpose: SigningPurpose, activeInSeconds: number, whenDue: boolean): Promise<string> {
    const kid = newId()
    const { privateJwk, publicJwk } = await generateSigningKey(purpose)
    const sealed = await this.seal(kid, privateJwk)
    const values = [kid, purpose, JSON.stringify(publicJwk), sealed, activeInSeconds]
    await tx.run({ text: whenDue ? addWhenDue : addKey, values })
    return kid
  }

  /** Keys that were stored before private keys were encrypted. */
  private async sealPlain(): Promise<void> {
    const { rows } = await this.db.run({ text: listPlain, values: [] })
    for (const [kid, text] of rows as [string, string][]) {
      const jwk: JWK = JSON.parse(text)
      const values = [kid, JSON.stringify(toPublicJwk(jwk)), await this.seal(kid, jwk)]
      await this.db.run({ text: sealKey, values })
    }
  }

  private seal(kid: string, jwk: JWK): Promise<string> {
    return this.secrets.encrypt(JSON.stringify(jwk), bindingOf(kid))
  }

  private async open(row: KeyRow, nowMs: number): Promise<StoredKey> {
    const [kid, purpose, createdAtMs, startsInMs, publicText, sealed, plain] = row
    const privateText = plain ?? (sealed === null ? undefined : await this.secrets.decrypt(sealed, bindingOf(kid)))
    const privateJwk: JWK | undefined = privateText === undefined ? undefined : JSON.parse(privateText)
    const publicJwk: JWK = publicText === null ? toPublicJwk(privateJwk!) : JSON.parse(publicText)
    // By the clock of this machine, which need not be that of the database.
    return { kid, purpose, createdAtMs, activeAtMs: nowMs + startsInMs, publicJwk, privateJwk }
  }
}

const bindingOf = (kid: string): string => `signing key ${kid}`

type KeyRow = [
  kid: string,
  purpose: SigningPurpose,
  createdAtMs: number,
  startsInMs: number,
  publicJwk: string | null,
  sealedJwk: string | null,
  plainJwk: string | null,
]

const milliseconds = (time: string): string => `(extract(epoch from ${time}) * 1000)::float8`

const lastActiveFirst = `
  select id, purpose, ${milliseconds('created_at')}, ${milliseconds('active_at - now()')}, public_jwk::text, sealed_jwk, private_jwk::text
  from holdfast.signing_keys order by active_at desc, id desc`

const due = `not exists (
    select from holdfast.signing_keys where purpose = $1 and created_at > now() - interval '90 days')`
const isDue = `select 1 where ${due}`

const columns = '(id, purpose, public_jwk, sealed_jwk, active_at)'

// Nothing is signed by a purpose without a key: its first one begins at once.
const addWhenDue = `
  insert into holdfast.signing_keys ${columns}
  select $1, $2, $3::jsonb, $4, now() + case when exists (
    select from holdfast.signing_keys where purpose = $2) then $5::integer else 0 end * interval '1 second'
  where ${due.replaceAll('$1', '$2')}`
const addKey = `
  insert into holdfast.signing_keys ${columns} values ($1, $2, $3::jsonb, $4, now() + $5::integer * interval '1 second')`

// An access token lives a day at the longest: a key whose successor signs for longer than that has none left.
const dropReplaced = `
  delete from holdfast.signing_keys old where exists (
    select from holdfast.signing_keys new
    where new.purpose = old.purpose and new.active_at > old.active_at and new.active_at < now() - interval '25 hours')`

const findOthers = `
  select k.purpose, (select count(*)::integer from holdfast.signing_keys o where o.purpose = k.purpose and o.id <> k.id)
  from holdfast.signing_keys k where k.id = $1`
const remove = 'delete from holdfast.signing_keys where id = $1'
const activateNewest = `
  update holdfast.signing_keys set active_at = now() where purpose = $1
    and not exists (select from holdfast.signing_keys where purpose = $1 and active_at <= now())
    and id = (select id from holdfast.signing_keys where purpose = $1 order by created_at desc, id desc limit 1)`

const listPlain = 'select id, private_jwk::text from holdfast.signing_keys where private_jwk is not null'
const sealKey = `
  update holdfast.signing_keys set public_jwk = $2::jsonb, sealed_jwk = $3, private_jwk = null
  where id = $1 and private_jwk is not null`
