import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'
import type { Json } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import { Jobs } from '../../jobs/index.js'
import { newId } from '../../lib/index.js'
import { Database, type Executor } from '../../platform/db/index.js'
import { Secrets } from '../../platform/secrets/index.js'

/** What a secret does. One made for one purpose is nothing for any other. */
export type Purpose =
  | 'email.verify'
  | 'email.change'
  | 'email.code'
  | 'email.link'
  | 'phone.code'
  | 'phone.change'
  | 'password.reset'
  | 'invite'
  | 'team.invite'
  | 'mfa'
  | 'passkey'
  | 'oauth.state'
  | 'oauth.code'
  | 'session.code'
  | 'impersonation.code'
  | 'oauth.link'
  | 'saml.state'

export interface NewSecret {
  readonly purpose: Purpose
  readonly ttlSeconds: number
  readonly userId?: string
  /** Of a token that proves only together with something else: how often that may be tried. Default 1. */
  readonly tries?: number
  /** What happens once it is shown; encrypted in the database. */
  readonly details?: Json
}

/** A secret that was shown, and is gone with that. */
export interface UsedSecret<Details = unknown> {
  readonly id: string
  readonly userId: string | undefined
  readonly details: Details
}

const tokenPattern = /^hfo_[\w-]{43}$/
/** Wrong tries of one code. */
const triesPerCode = 5
/** Wrong tries of all codes of one address or number within a day: one in 20,000 to guess one of six digits. */
const triesPerDay = 50

/**
 * Secrets that are good for one use: tokens of links and pending sign-ins, and codes of six digits. The database knows
 * hashes of them. Each is consumed by one conditional statement: of any number who show it at once, one gets it.
 */
@Injectable()
export class OneTimeSecrets {
  constructor(
    private readonly db: Database,
    private readonly secrets: Secrets,
    jobs: Jobs,
  ) {
    jobs.define('accounts.dropSecrets', { schedule: '23 * * * *' }, () => this.sweep())
  }

  /** A token of 256 random bits. With `replace`, earlier ones of the same purpose and user are void. */
  async issueToken(tx: Executor, secret: NewSecret, options: { replace?: boolean } = {}): Promise<string> {
    const token = `hfo_${randomBytes(32).toString('base64url')}`
    if (options.replace && secret.userId !== undefined) await this.revoke(tx, secret.purpose, secret.userId)
    await this.store(tx, secret, hashToken(token), null, secret.tries ?? 1)
    return token
  }

  /** What the token was made for; undefined for one that is not good, any more or for this. */
  async useToken<Details>(tx: Executor, purpose: Purpose, token: string): Promise<UsedSecret<Details> | undefined> {
    if (!tokenPattern.test(token)) return undefined
    const { rows } = await tx.run({ text: useToken, values: [purpose, hashToken(token)] })
    return this.toUsed<Details>(rows[0] as SecretRow | undefined)
  }

  /** The same without using it up: for a page that asks before it acts, or for a first of several steps. */
  async peekToken<Details>(purpose: Purpose, token: string): Promise<UsedSecret<Details> | undefined> {
    if (!tokenPattern.test(token)) return undefined
    const { rows } = await this.db.run({ text: peekToken, values: [purpose, hashToken(token)] })
    return this.toUsed<Details>(rows[0] as SecretRow | undefined)
  }

  /** The same for a token with several tries, and takes one of them; it stays until it is used. */
  async tryToken<Details>(purpose: Purpose, token: string): Promise<UsedSecret<Details> | undefined> {
    if (!tokenPattern.test(token)) return undefined
    const { rows } = await this.db.run({ text: tryToken, values: [purpose, hashToken(token)] })
    return this.toUsed<Details>(rows[0] as SecretRow | undefined)
  }

  /** A code of six digits for an address or number. Earlier ones of the same purpose and subject are void. */
  async issueCode(tx: Executor, secret: NewSecret, subject: string): Promise<string> {
    const code = String(randomInt(1_000_000)).padStart(6, '0')
    const hash = await this.hashCode(secret.purpose, subject, code)
    await tx.run({ text: dropCodes, values: [secret.purpose, subject] })
    await this.store(tx, secret, hash, subject, triesPerCode)
    return code
  }

  /** What the code was made for. Each wrong one is a try less; none is left after five, or fifty within a day. */
  async useCode<Details>(purpose: Purpose, subject: string, code: string): Promise<UsedSecret<Details> | undefined> {
    const { rows } = await this.db.run({ text: tryCode, values: [purpose, subject, triesPerDay] })
    const expected = await this.hashCode(purpose, subject, code)
    const [id, hash] = (rows[0] ?? []) as [string?, string?]
    if (id === undefined || !timingSafeEqual(Buffer.from(hash!, 'hex'), expected)) return undefined
    const used = await this.db.run({ text: useCode, values: [id, purpose, subject] })
    return this.toUsed<Details>(used.rows[0] as SecretRow | undefined)
  }

  /** Makes all secrets of a user void, or those of one purpose. */
  async revoke(tx: Executor, purpose: Purpose | undefined, userId: string): Promise<void> {
    await tx.run({ text: revoke, values: [userId, purpose ?? null] })
  }

  async sweep(): Promise<void> {
    await this.db.run({ text: dropExpired, values: [] })
    await this.db.run({ text: dropTries, values: [] })
  }

  private async store(tx: Executor, secret: NewSecret, hash: Buffer, subject: string | null, attempts: number) {
    const id = newId()
    const { purpose, userId = null, details, ttlSeconds } = secret
    const sealed =
      details === undefined ? null : await this.secrets.encrypt(JSON.stringify(details), `${purpose} ${id}`)
    await tx.run({ text: store, values: [id, purpose, hash, userId, subject, sealed, attempts, ttlSeconds] })
  }

  private async toUsed<Details>(row: SecretRow | undefined): Promise<UsedSecret<Details> | undefined> {
    if (row === undefined) return undefined
    const [id, purpose, userId, sealed] = row
    const text = sealed === null ? 'null' : await this.secrets.decrypt(sealed, `${purpose} ${id}`)
    return text === undefined ? undefined : { id, userId: userId ?? undefined, details: JSON.parse(text) as Details }
  }

  /** Six digits can be guessed from a plain hash. */
  private hashCode(purpose: Purpose, subject: string, code: string): Promise<Buffer> {
    return this.secrets.digest(code, `${purpose} ${subject}`)
  }
}

const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest()

type SecretRow = [id: string, purpose: Purpose, userId: string | null, sealed: string | null]

const shown = 'id, purpose, user_id, details'
const isToken = 'purpose = $1 and hash = $2 and subject is null and expires_at > now()'

const store = `
  insert into holdfast.one_time_secrets (id, purpose, hash, user_id, subject, details, attempts_left, expires_at)
  values ($1, $2, $3, $4, $5, $6, $7, now() + $8 * interval '1 second')`
const useToken = `delete from holdfast.one_time_secrets where ${isToken} returning ${shown}`
const peekToken = `select ${shown} from holdfast.one_time_secrets where ${isToken} and attempts_left > 0`
const tryToken = `
  update holdfast.one_time_secrets set attempts_left = attempts_left - 1 where ${isToken} and attempts_left > 0
  returning ${shown}`
const dropCodes = 'delete from holdfast.one_time_secrets where purpose = $1 and subject = $2'

// The try is taken before the code is compared, so a thousand at once are no more than five in a row. Where there is no
// code nothing is counted: nobody uses up the tries of somebody who has not asked for one.
const tryCode = `
  with tally as (
    insert into holdfast.code_tries as t (purpose, subject)
    select $1, $2 where exists (
      select from holdfast.one_time_secrets where purpose = $1 and subject = $2 and attempts_left > 0 and expires_at > now())
    on conflict (purpose, subject) do update set
      tries = case when t.since < now() - interval '1 day' then 1 else t.tries + 1 end,
      since = case when t.since < now() - interval '1 day' then now() else t.since end
    where t.tries < $3 or t.since < now() - interval '1 day' returning 1)
  update holdfast.one_time_secrets set attempts_left = attempts_left - 1
  where purpose = $1 and subject = $2 and attempts_left > 0 and expires_at > now() and exists (select from tally)
  returning id, encode(hash, 'hex')`
// What was tried is locked before the code, as where one is tried: the other way round they would wait for each other.
const useCode = `
  with forgiven as (
    delete from holdfast.code_tries where purpose = $2 and subject = $3
      and exists (select from holdfast.one_time_secrets where id = $1) returning 1)
  delete from holdfast.one_time_secrets where id = $1 and (select count(*) from forgiven) >= 0 returning ${shown}`

const revoke = `
  delete from holdfast.one_time_secrets where user_id = $1 and ($2::text is null or purpose = $2)`
const dropExpired = 'delete from holdfast.one_time_secrets where expires_at < now()'
const dropTries = `delete from holdfast.code_tries where since < now() - interval '1 day'`
