import type { KeyObject } from 'node:crypto'
import { Injectable, type OnModuleInit } from '@nestjs/common'
import type { JWK } from 'jose'
import { Jobs } from '../jobs/index.js'
import { Signals } from '../platform/db/index.js'
import { Log } from '../platform/log/index.js'
import { type SigningKey, type SigningPurpose, toSigningKey } from './signing-key.js'
import { SigningKeyStore } from './signing-key-store.js'

type ActiveKey = SigningKey & { readonly privateKey: KeyObject }

/** A key that is not known is looked for in the database, but no more often than this: callers name keys as they like. */
const lookPauseMs = 1000

/**
 * The keys that sign tokens, in memory. The newest that is active signs, all verify. Every node follows a change in the
 * database at once, so a deleted row ends all tokens of that key.
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
    private readonly store: SigningKeyStore,
    private readonly signals: Signals,
    private readonly log: Log,
    jobs: Jobs,
  ) {
    jobs.define('auth.rotateSigningKeys', { schedule: '29 2 * * *' }, () => this.renew())
  }

  async onModuleInit(): Promise<void> {
    await this.store.renew('access')
    await this.reload()
    const reload = () => void this.reload().catch((err) => this.log.error({ err }, 'cannot load the signing keys'))
    this.signals.on('signing_keys', reload)
    this.signals.onReset(reload)
  }

  /** The key that signs access tokens. */
  get current(): ActiveKey {
    return this.findActive('access')!
  }

  /** All keys of a purpose, the last to sign first. */
  list(purpose?: SigningPurpose): SigningKey[] {
    return [...this.keys.values()].filter((key) => purpose === undefined || key.purpose === purpose)
  }

  /** Whether the key is the one that signs now. */
  isCurrent(key: SigningKey): boolean {
    return this.findActive(key.purpose)?.kid === key.kid
  }

  /** The public key that verifies an access token. */
  async find(kid: string): Promise<SigningKey | undefined> {
    if (!this.keys.has(kid)) await this.lookAgain()
    const key = this.keys.get(kid)
    return key?.purpose === 'access' ? key : undefined
  }

  publicJwks(): { keys: JWK[] } {
    return { keys: this.list('access').map((key) => key.publicJwk) }
  }

  /** Makes sure there is a key of the purpose, for those that are not needed from the start. */
  async ensure(purpose: SigningPurpose): Promise<void> {
    if (this.findActive(purpose) !== undefined) return
    await this.store.renew(purpose)
    await this.reload()
  }

  /** @throws whatever the store throws */
  async rotate(purpose: SigningPurpose, activeInSeconds: number): Promise<SigningKey> {
    const kid = await this.store.rotate(purpose, activeInSeconds)
    await this.reload()
    return this.keys.get(kid)!
  }

  /** Ends all tokens of a key, on this node before it returns. @throws not_found, conflict */
  async delete(kid: string): Promise<void> {
    await this.store.delete(kid)
    await this.reload()
  }

  /** What the job does each day: the next key in time, and none longer than it is needed. */
  async renew(): Promise<void> {
    for (const purpose of new Set(this.list().map((key) => key.purpose))) await this.store.renew(purpose)
    await this.reload()
  }

  private findActive(purpose: SigningPurpose): ActiveKey | undefined {
    const nowMs = Date.now()
    for (const key of this.keys.values())
      if (key.purpose === purpose && key.activeAtMs <= nowMs && canSign(key)) return key
    return undefined
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
    const keys = await Promise.all((await this.store.list()).map(toSigningKey))
    this.keys = new Map(keys.map((key) => [key.kid, key]))
    this.version += 1
    if (this.findActive('access') !== undefined) return
    // There is none, or none that this server can read: its SECRET_KEY is not the one they were encrypted with.
    if (keys.length > 0) this.log.warn('no signing key can be read under this SECRET_KEY; making a new one')
    await this.store.rotate('access', 0)
    return this.load()
  }
}

const canSign = (key: SigningKey): key is ActiveKey => key.privateKey !== undefined
