import { createHmac, randomBytes } from 'node:crypto'
import type { Database } from '../db/index.js'
import { decrypt, deriveKey, encrypt, type SecretKey } from './encrypt.js'

/**
 * Encrypts what must be stored and read again, such as signing secrets. Under `SECRET_KEY` a copy of the database is of no
 * use by itself. Without it the key lies beside what it encrypts: that keeps secrets out of logs, listings and exports of
 * single tables, but not from whoever has the whole database.
 */
export class Secrets {
  private readonly own: SecretKey | undefined
  private stored: Promise<SecretKey> | undefined

  constructor(
    { secretKey }: { readonly secretKey: string | undefined },
    private readonly db: Database,
  ) {
    this.own = secretKey === undefined ? undefined : deriveKey(secretKey)
  }

  /** `binding` says what the text is for, such as the row it belongs to; it must be given again to read it. */
  async encrypt(text: string, binding: string): Promise<string> {
    return encrypt(text, binding, this.own ?? (await this.findStored()))
  }

  /** Also what was encrypted before there was a `SECRET_KEY`. Undefined where that is not what it was. */
  async decrypt(sealed: string, binding: string): Promise<string | undefined> {
    return (this.own && decrypt(sealed, binding, [this.own])) ?? decrypt(sealed, binding, [await this.findStored()])
  }

  /** A keyed hash, for what is short enough to be guessed: without the key a copy of it tells nothing. */
  async digest(text: string, binding: string): Promise<Buffer> {
    const { key } = this.own ?? (await this.findStored())
    return createHmac('sha256', key).update(`${binding}\n${text}`).digest()
  }

  private findStored(): Promise<SecretKey> {
    this.stored ??= this.readStored().catch((error: unknown) => {
      this.stored = undefined
      throw error
    })
    return this.stored
  }

  private async readStored(): Promise<SecretKey> {
    await this.db.run({ text: addKey, values: [randomBytes(32).toString('hex')] })
    const { rows } = await this.db.run({ text: readKey, values: [] })
    return deriveKey(Buffer.from(rows[0]![0] as string, 'hex'))
  }
}

const addKey = `insert into holdfast.secret_key (secret) values (decode($1, 'hex')) on conflict do nothing`
const readKey = `select encode(secret, 'hex') from holdfast.secret_key`
