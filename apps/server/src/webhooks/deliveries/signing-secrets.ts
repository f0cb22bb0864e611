import { Injectable } from '@nestjs/common'
import { newId } from '../../lib/index.js'
import type { Executor } from '../../platform/db/index.js'
import { hintOf, makeSecret } from '../../platform/outbound/index.js'
import { Secrets } from '../../platform/secrets/index.js'

const bindingOf = (id: string): string => `webhook secret ${id}`

/** A signing secret, encrypted. */
export interface StoredSecret {
  readonly id: string
  readonly secret: string
}

/** A secret that nobody but its maker has seen, and as it is stored. */
export interface NewSecret {
  readonly id: string
  readonly secret: string
  readonly sealed: string
}

/** The signing secrets of webhooks. At most two are live: the newest, and for a while the one before. */
@Injectable()
export class SigningSecrets {
  constructor(private readonly secrets: Secrets) {}

  /** A new secret, to be stored. Before a transaction begins: the key is read on a connection of its own. */
  async make(): Promise<NewSecret> {
    const id = newId()
    const secret = makeSecret()
    return { id, secret, sealed: await this.secrets.encrypt(secret, bindingOf(id)) }
  }

  async add(tx: Executor, webhook: string, { id, secret, sealed }: NewSecret): Promise<void> {
    await tx.run({ text: insert, values: [id, webhook, sealed, hintOf(secret)] })
  }

  /** The present secret stays good for some hours, any before it ends now. */
  async rotate(tx: Executor, webhook: string, next: NewSecret, keepOldForHours: number): Promise<void> {
    await tx.run({ text: dropOld, values: [webhook, keepOldForHours === 0] })
    await tx.run({ text: expire, values: [webhook, keepOldForHours] })
    await this.add(tx, webhook, next)
  }

  /** Those a body is signed with now, the newest first. */
  async live(db: Executor, webhook: string): Promise<StoredSecret[]> {
    const { rows } = await db.run({ text: listLive, values: [webhook] })
    return (rows as [string, string][]).map(([id, secret]) => ({ id, secret }))
  }

  /** Without those that cannot be read, because SECRET_KEY is not what it was. */
  async decrypt(stored: readonly StoredSecret[]): Promise<string[]> {
    const found = await Promise.all(stored.map(({ id, secret }) => this.secrets.decrypt(secret, bindingOf(id))))
    return found.filter((secret) => secret !== undefined)
  }
}

const insert = 'insert into holdfast.webhook_secrets (id, webhook, secret, hint) values ($1, $2, $3, $4)'
const dropOld = 'delete from holdfast.webhook_secrets where webhook = $1 and (expires_at is not null or $2)'
const expire = `
  update holdfast.webhook_secrets set expires_at = now() + $2::float8 * interval '1 hour'
  where webhook = $1 and expires_at is null`
const listLive = `
  select id, secret from holdfast.webhook_secrets
  where webhook = $1 and (expires_at is null or expires_at > now()) order by id desc`
