import { Injectable } from '@nestjs/common'
import { AppError, newId } from '../../lib/index.js'
import type { Executor } from '../../platform/db/index.js'
import { Secrets } from '../../platform/secrets/index.js'
import { findTotpStep, newTotpSecret } from './totp.js'

/** What an app has to be told. */
export interface TotpSecret {
  readonly id: string
  readonly secret: string
}

/** Authenticator apps of users. Their secrets are encrypted, each bound to its row. */
@Injectable()
export class TotpFactors {
  constructor(private readonly secrets: Secrets) {}

  /** A secret that asks for nothing yet. An earlier one that was not confirmed is void. */
  async begin(tx: Executor, userId: string, name: string): Promise<TotpSecret> {
    const id = newId()
    const secret = newTotpSecret()
    const sealed = await this.secrets.encrypt(secret, bindingOf(id))
    await tx.run({ text: dropBegun, values: [userId] })
    await tx.run({ text: begin, values: [id, userId, name, sealed] })
    return { id, secret }
  }

  /** Makes the secret a factor by a first code of it; false when the code is none. */
  async confirm(tx: Executor, userId: string, code: string): Promise<boolean> {
    return this.take(tx, await this.find(tx, findBegun, userId), code, confirm)
  }

  /** Whether this is a code of one of the user's apps. The code, and all before it, are void with that. */
  async use(tx: Executor, userId: string, code: string): Promise<boolean> {
    return this.take(tx, await this.find(tx, findConfirmed, userId), code, use)
  }

  private async take(tx: Executor, factors: readonly TotpSecret[], code: string, text: string): Promise<boolean> {
    for (const { id, secret } of factors) {
      const step = findTotpStep(secret, code, Date.now())
      if (step === undefined) continue
      const { rowCount } = await tx.run({ text, values: [id, step] })
      if (rowCount === 1) return true
    }
    return false
  }

  private async find(tx: Executor, text: string, userId: string): Promise<TotpSecret[]> {
    const { rows } = await tx.run({ text, values: [userId] })
    return Promise.all((rows as [string, string][]).map(([id, sealed]) => this.open(id, sealed)))
  }

  private async open(id: string, sealed: string): Promise<TotpSecret> {
    const secret = await this.secrets.decrypt(sealed, bindingOf(id))
    if (secret !== undefined) return { id, secret }
    throw new AppError('internal', 'The secret of a factor cannot be decrypted', {
      cause: new Error(`the secret of factor ${id} was encrypted under another SECRET_KEY`),
    })
  }
}

const bindingOf = (id: string): string => `factor ${id}`

const dropBegun = `delete from holdfast.factors where user_id = $1 and kind = 'totp' and confirmed_at is null`
const begin = `insert into holdfast.factors (id, user_id, kind, name, secret) values ($1, $2, 'totp', $3, $4)`
const findBegun = `
  select id, secret from holdfast.factors
  where user_id = $1 and kind = 'totp' and confirmed_at is null and created_at > now() - interval '1 hour'`
const findConfirmed = `
  select id, secret from holdfast.factors where user_id = $1 and kind = 'totp' and confirmed_at is not null order by id`
const confirm = `
  update holdfast.factors set confirmed_at = now(), last_step = $2 where id = $1 and confirmed_at is null`
// Of any number who show one code at once, one finds an earlier step here.
const use = `
  update holdfast.factors set last_step = $2, last_used_at = now() where id = $1 and last_step < $2`
