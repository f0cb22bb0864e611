import { Injectable } from '@nestjs/common'
import { newId } from '../lib/index.js'
import type { Executor } from '../platform/db/index.js'
import { Secrets } from '../platform/secrets/index.js'
import type { StoredSecret } from './delivery-store.js'
import { hintOf, makeSecret } from './sign.js'

const bindingOf = (id: string): string => `webhook secret ${id}`

/** The signing secrets of webhooks. At most two are live: the newest, and for a while the one before. */
@Injectable()
export class SigningSecrets {
  constructor(private readonly secrets: Secrets) {}

  /** Gives the new secret; nobody can be shown it again. */
  async add(tx: Executor, webhook: string): Promise<string> {
    const id = newId()
    const secret = makeSecret()
    const sealed = await this.secrets.encrypt(secret, bindingOf(id))
    await tx.run({ text: insert, values: [id, webhook, sealed, hintOf(secret)] })
    return secret
  }

  /** A new secret; the present one stays good for some hours, any before it ends now. */
  async rotate(tx: Executor, webhook: string, keepOldForHours: number): Promise<string> {
    await tx.run({ text: dropOld, values: [webhook, keepOldForHours === 0] })
    await tx.run({ text: expire, values: [webhook, keepOldForHours] })
    return this.add(tx, webhook)
  }

  /** Those a body is signed with now, the newest first. @throws UnreadableSecret */
  async live(db: Executor, webhook: string): Promise<string[]> {
    const { rows } = await db.run({ text: listLive, values: [webhook] })
    return this.decrypt((rows as [string, string][]).map(([id, secret]) => ({ id, secret })))
  }

  /** @throws UnreadableSecret */
  decrypt(stored: readonly StoredSecret[]): Promise<string[]> {
    return Promise.all(stored.map(({ id, secret }) => this.secrets.decrypt(secret, bindingOf(id))))
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
