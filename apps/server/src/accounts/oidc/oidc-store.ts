import { createHash } from 'node:crypto'
import { Injectable } from '@nestjs/common'
import type { Adapter, AdapterPayload } from 'oidc-provider'
import { validSession } from '../../auth/index.js'
import { Jobs } from '../../jobs/index.js'
import { Database } from '../../platform/db/index.js'
import { Secrets } from '../../platform/secrets/index.js'

/** What a write needs to know beside the payload. */
export interface StoreContext {
  /** The session of this server that the request has just signed in by. */
  sessionId(): string | undefined
  /** Ends the request: the code or token was used by another one at the same time. */
  alreadyConsumed(): Error
}

type Model = string

/**
 * What the OpenID provider remembers. Sign-ins and consents hang on the session of this server they came from, tokens on the
 * consent: when that session ends, or its user is disabled, none of them is found any more.
 */
@Injectable()
export class OidcStore {
  constructor(
    private readonly db: Database,
    private readonly secrets: Secrets,
    jobs: Jobs,
  ) {
    jobs.define('oidc.dropExpired', { schedule: '37 * * * *' }, () => this.sweep())
  }

  adapterOf(model: Model, context: StoreContext): Adapter {
    return {
      upsert: (id, payload, expiresIn) => this.upsert(model, id, payload, expiresIn, context.sessionId()),
      find: (id) => this.find(model, hash(id)),
      findByUid: (uid) => this.findByUid(uid),
      findByUserCode: async () => undefined,
      destroy: (id) => this.destroy(model, id),
      revokeByGrantId: (grantId) => this.revoke(grantId),
      consume: async (id) => {
        const { rowCount } = await this.db.run({ text: consume, values: [model, hash(id)] })
        if (rowCount === 0) throw context.alreadyConsumed()
      },
    }
  }

  /** The session of this server that a sign-in at the provider came from. */
  async findSession(uid: string): Promise<string | undefined> {
    const { rows } = await this.db.run({ text: findSession, values: [hash(uid)] })
    return (rows[0]?.[0] as string | null | undefined) ?? undefined
  }

  /** Ties a consent to the session in which it was given. */
  async tieGrant(grantId: string, sessionId: string): Promise<void> {
    await this.db.run({ text: tieGrant, values: [hash(grantId), sessionId] })
  }

  async sweep(): Promise<void> {
    await this.db.run({ text: dropExpired, values: [] })
  }

  private async upsert(model: Model, id: string, payload: AdapterPayload, expiresIn = 3600, sessionId?: string) {
    const { clientId, accountId, grantId, uid } = payload
    const key = hash(id)
    const sealed = await this.secrets.encrypt(JSON.stringify(payload), bindingOf(model, key))
    await this.db.run({
      text: upsert,
      values: [
        ...[model, key, sealed, clientId ?? null, accountId ?? null],
        ...[
          sessionId ?? null,
          grantId && model !== 'Interaction' ? hash(grantId) : null,
          model === 'Session' && uid ? hash(uid) : null,
        ],
        expiresIn,
      ],
    })
  }

  private async find(model: Model, key: Buffer): Promise<AdapterPayload | undefined> {
    const { rows } = await this.db.run({ text: find, values: [model, key] })
    return this.open(model, key, rows[0] as FoundRow | undefined)
  }

  private async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    const { rows } = await this.db.run({ text: findHashByUid, values: [hash(uid)] })
    return rows[0] && this.find('Session', Buffer.from(rows[0][0] as string, 'hex'))
  }

  private async open(model: Model, key: Buffer, row: FoundRow | undefined): Promise<AdapterPayload | undefined> {
    const text = row && (await this.secrets.decrypt(row[0], bindingOf(model, key)))
    if (text === undefined) return undefined
    return { ...(JSON.parse(text) as AdapterPayload), ...(row![1] !== null && { consumed: row![1] }) }
  }

  /** A sign-in gets another id now and then; what it hangs on is found by the old row until that is swept. */
  private async destroy(model: Model, id: string): Promise<void> {
    await this.db.run({ text: model === 'Session' ? endSession : remove, values: [model, hash(id)] })
  }

  private async revoke(grantId: string): Promise<void> {
    await this.db.run({ text: 'delete from holdfast.oidc_artifacts where grant_hash = $1', values: [hash(grantId)] })
  }
}

type FoundRow = [payload: string, consumedAtSeconds: number | null]

const hash = (text: string): Buffer => createHash('sha256').update(text).digest()
const bindingOf = (model: Model, key: Buffer): string => `oidc ${model} ${key.toString('hex')}`

/** SQL: the session of the row stands for the user of the row. */
const alive = (row: string): string => `exists (
    select from holdfast.sessions s where s.id = ${row}.session_id and s.user_id = ${row}.user_id and ${validSession})`

const upsert = `
  insert into holdfast.oidc_artifacts as a
    (model, hash, payload, client_id, user_id, session_id, grant_hash, uid_hash, expires_at)
  values ($1, $2, $3, $4, $5, coalesce($6::uuid, (
    select o.session_id from holdfast.oidc_artifacts o
    where o.uid_hash = $8::bytea and o.session_id is not null and o.user_id = $5::uuid order by o.expires_at desc limit 1)),
    $7, $8, now() + $9 * interval '1 second')
  on conflict (model, hash) do update set payload = excluded.payload, user_id = excluded.user_id,
    session_id = coalesce(excluded.session_id, a.session_id), expires_at = excluded.expires_at`

const find = `
  select a.payload, floor(extract(epoch from a.consumed_at))::float8
  from holdfast.oidc_artifacts a
  where a.model = $1 and a.hash = $2 and a.expires_at > now()
    and (a.model not in ('Session', 'Grant') or a.user_id is null or ${alive('a')})
    and (a.grant_hash is null or exists (
      select from holdfast.oidc_artifacts g
      where g.model = 'Grant' and g.hash = a.grant_hash and g.expires_at > now() and ${alive('g')}))`

const findHashByUid = `
  select encode(hash, 'hex') from holdfast.oidc_artifacts where uid_hash = $1 and expires_at > now()`
const findSession = `
  select session_id from holdfast.oidc_artifacts where uid_hash = $1 and expires_at > now()`
const tieGrant = `update holdfast.oidc_artifacts set session_id = $2 where model = 'Grant' and hash = $1`
const consume = `
  update holdfast.oidc_artifacts set consumed_at = now() where model = $1 and hash = $2 and consumed_at is null`
const endSession = 'update holdfast.oidc_artifacts set expires_at = now() where model = $1 and hash = $2'
const remove = 'delete from holdfast.oidc_artifacts where model = $1 and hash = $2'
const dropExpired = `delete from holdfast.oidc_artifacts where expires_at < now() - interval '1 hour'`
