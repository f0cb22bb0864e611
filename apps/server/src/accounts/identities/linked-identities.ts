import { Injectable } from '@nestjs/common'
import { newId } from '../../lib/index.js'
import { Database, type Executor } from '../../platform/db/index.js'
import { Secrets } from '../../platform/secrets/index.js'
import type { ProvenIdentity, ProviderTokens } from './proven-identity.js'

/** An identity that belongs to a user. */
export interface LinkedIdentity {
  readonly id: string
  readonly userId: string
  readonly provider: string
  readonly issuer: string
  readonly email: string | null
  readonly createdAt: string
  readonly lastUsedAt: string
}

/** Which identities of other providers belong to which users. */
@Injectable()
export class LinkedIdentities {
  constructor(
    private readonly db: Database,
    private readonly secrets: Secrets,
  ) {}

  /** Whoever signs in by this identity at the same time waits for the other. */
  async lock(tx: Executor, { issuer, subject }: ProvenIdentity): Promise<void> {
    await tx.run({ text: lockKey, values: [`${issuer} ${subject}`] })
  }

  /** The user whose identity it is. */
  async findOwner(tx: Executor, { issuer, subject }: ProvenIdentity): Promise<string | undefined> {
    const { rows } = await tx.run({ text: findOwner, values: [issuer, subject] })
    return rows[0]?.[0] as string | undefined
  }

  /** Makes it the user's, or notes what is new of it. Within a transaction that holds the lock. Returns its id. */
  async store(tx: Executor, userId: string, identity: ProvenIdentity): Promise<string> {
    const { provider, issuer, subject, email = null, tokens } = identity
    const { rows } = await tx.run({ text: store, values: [newId(), userId, provider, issuer, subject, email] })
    const id = rows[0]![0] as string
    // Providers give a refresh token at the first consent, and often none at the next: the old one stays good.
    if (tokens !== undefined) await this.keepTokens(tx, id, { ...(await this.findRefreshToken(tx, id)), ...tokens })
    await tx.run({ text: giveRoles, values: [id, identity.roles ?? []] })
    return id
  }

  async list(userId: string): Promise<LinkedIdentity[]> {
    const { rows } = await this.db.run({ text: `${select} where user_id = $1 order by id`, values: [userId] })
    return (rows as Row[]).map(toIdentity)
  }

  async find(db: Executor, userId: string, id: string): Promise<LinkedIdentity | undefined> {
    const { rows } = await db.run({ text: `${select} where user_id = $1 and id = $2`, values: [userId, id] })
    return rows[0] && toIdentity(rows[0] as Row)
  }

  async remove(tx: Executor, id: string): Promise<void> {
    await tx.run({ text: 'delete from holdfast.identities where id = $1', values: [id] })
  }

  async findTokens(id: string, db: Executor = this.db): Promise<ProviderTokens | undefined> {
    const { rows } = await db.run({ text: 'select tokens from holdfast.identities where id = $1', values: [id] })
    const sealed = rows[0]?.[0] as string | null | undefined
    const text = sealed && (await this.secrets.decrypt(sealed, tokensOf(id)))
    return text ? (JSON.parse(text) as ProviderTokens) : undefined
  }

  private async findRefreshToken(db: Executor, id: string): Promise<{ refreshToken?: string }> {
    const { refreshToken } = (await this.findTokens(id, db)) ?? {}
    return refreshToken === undefined ? {} : { refreshToken }
  }

  async keepTokens(db: Executor, id: string, tokens: ProviderTokens): Promise<void> {
    const sealed = await this.secrets.encrypt(JSON.stringify(tokens), tokensOf(id))
    await db.run({ text: 'update holdfast.identities set tokens = $2 where id = $1', values: [id, sealed] })
  }
}

const tokensOf = (id: string): string => `tokens of identity ${id}`

type Row = [
  id: string,
  userId: string,
  provider: string,
  issuer: string,
  email: string | null,
  createdAt: string,
  lastUsedAt: string,
]

const toIdentity = ([id, userId, provider, issuer, email, createdAt, lastUsedAt]: Row): LinkedIdentity => ({
  id,
  userId,
  provider,
  issuer,
  email,
  createdAt,
  lastUsedAt,
})

/** SQL for a time as the wire has it. */
const time = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

const select = `
  select id, user_id, provider, issuer, email, ${time('created_at')}, ${time('last_used_at')} from holdfast.identities`
const lockKey = 'select pg_advisory_xact_lock(hashtextextended($1, 4200))'
const findOwner = 'select user_id from holdfast.identities where issuer = $1 and subject = $2'

// The user never changes: an identity of somebody else stays theirs, whoever shows it.
const store = `
  insert into holdfast.identities as i (id, user_id, provider, issuer, subject, email) values ($1, $2, $3, $4, $5, $6)
  on conflict (issuer, subject) do update set provider = excluded.provider, email = excluded.email, last_used_at = now()
  where i.user_id = excluded.user_id
  returning id`

// Roles that the user has otherwise are not noted as given by the identity, and so never taken with it. Whatever the
// settings say, nobody becomes an admin by what another server says (A132).
const giveRoles = `
  with identity as (select * from holdfast.identities where id = $1),
  wanted as (select name from holdfast.roles where name = any ($2::text[]) and name <> 'admin'),
  taken as (
    delete from holdfast.user_roles r using identity i
    where r.user_id = i.user_id and r.role = any (i.roles) and r.role not in (select name from wanted) returning role),
  given as (
    insert into holdfast.user_roles (user_id, role) select i.user_id, w.name from identity i, wanted w
    on conflict do nothing returning role)
  update holdfast.identities i set roles = array(
    select unnest(i.roles) intersect select name from wanted union select role from given)
  where i.id = $1`
