import { Injectable, type OnModuleInit } from '@nestjs/common'
import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'
import { newId } from '../lib/index.js'
import { Database, Signals } from '../platform/db/index.js'
import { Log } from '../platform/log/index.js'

export const signingAlgorithm = 'EdDSA'

export interface SigningKey {
  readonly kid: string
  readonly privateKey: CryptoKey
  readonly publicKey: CryptoKey
  readonly publicJwk: JWK
}

/** A key that is not known is looked for in the database, but no more often than this: callers name keys as they like. */
const lookPauseMs = 1000

/**
 * The keys that sign access tokens. The newest signs, all verify. They lie in `holdfast.signing_keys`; every node follows
 * a change there at once, so a deleted row ends all tokens of that key.
 */
@Injectable()
export class SigningKeys implements OnModuleInit {
  private keys: ReadonlyMap<string, SigningKey> = new Map()
  private lookedAtMs = 0
  private look: Promise<void> = Promise.resolve()
  private loading: Promise<void> = Promise.resolve()
  /** Grows with each reload: what was verified before must be verified anew. */
  version = 0

  constructor(
    private readonly db: Database,
    private readonly signals: Signals,
    private readonly log: Log,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.renew()
    await this.reload()
    const reload = () => void this.reload().catch((err) => this.log.error({ err }, 'cannot load the signing keys'))
    this.signals.on('signing_keys', reload)
    this.signals.onReset(reload)
  }

  get current(): SigningKey {
    return this.keys.values().next().value!
  }

  async find(kid: string): Promise<SigningKey | undefined> {
    if (!this.keys.has(kid)) await this.lookAgain()
    return this.keys.get(kid)
  }

  publicJwks(): { keys: JWK[] } {
    return { keys: [...this.keys.values()].map((key) => key.publicJwk) }
  }

  /** Makes the first key, or the next once the newest is three months old; drops those that no token can need any more. */
  private async renew(): Promise<void> {
    const { privateKey } = await generateKeyPair(signingAlgorithm, { extractable: true })
    const jwk = JSON.stringify(await exportJWK(privateKey))
    await this.db.transaction(async (tx) => {
      await tx.run({ text: 'lock table holdfast.signing_keys in exclusive mode', values: [] })
      await tx.run({ text: addKeyWhenDue, values: [newId(), jwk] })
      await tx.run({ text: dropReplacedKeys, values: [] })
    })
  }

  /** For a key of another node that this one has not heard of yet. Whoever asks meanwhile waits for the same look. */
  private lookAgain(): Promise<void> {
    const nowMs = Date.now()
    if (nowMs - this.lookedAtMs > lookPauseMs) {
      this.lookedAtMs = nowMs
      this.look = this.reload()
    }
    return this.look
  }

  /** One after the other, so that what was read first never replaces what was read last. */
  private reload(): Promise<void> {
    const next = this.loading.then(() => this.load())
    this.loading = next.catch(() => undefined)
    return next
  }

  private async load(): Promise<void> {
    const { rows } = await this.db.run({ text: newestFirst, values: [] })
    if (rows.length === 0) return this.renew().then(() => this.load())
    const keys = await Promise.all((rows as [string, string][]).map(([kid, jwk]) => toSigningKey(kid, JSON.parse(jwk))))
    this.keys = new Map(keys.map((key) => [key.kid, key]))
    this.version += 1
  }
}

const addKeyWhenDue = `
  insert into holdfast.signing_keys (id, private_jwk)
  select $1, $2 where not exists (select from holdfast.signing_keys where created_at > now() - interval '90 days')`

// An access token lives a day at the longest: a key whose successor is older than that has none left.
const dropReplacedKeys = `
  delete from holdfast.signing_keys old where exists (
    select from holdfast.signing_keys new
    where new.created_at > old.created_at and new.created_at < now() - interval '25 hours')`

const newestFirst = 'select id, private_jwk from holdfast.signing_keys order by created_at desc, id desc'

async function toSigningKey(kid: string, jwk: JWK): Promise<SigningKey> {
  const { d: _secret, ...shared } = jwk
  const publicJwk: JWK = { ...shared, kid, alg: signingAlgorithm, use: 'sig' }
  const [privateKey, publicKey] = await Promise.all([
    importJWK(jwk, signingAlgorithm) as Promise<CryptoKey>,
    importJWK(publicJwk, signingAlgorithm) as Promise<CryptoKey>,
  ])
  return { kid, privateKey, publicKey, publicJwk }
}
