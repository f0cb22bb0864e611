import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common'
import { type IpNetwork, isInNetwork, parseAddress } from '../../lib/index.js'
import { CONFIG, type Config } from '../../platform/config/index.js'
import { Database, Signals } from '../../platform/db/index.js'
import { clientAddress, listTrusted } from '../../platform/http/index.js'
import { BoundedMap } from '../bounded-map.js'
import { isAbout } from '../principal.js'
import { Principals } from '../principals.js'
import { invalidKey, wrongAddress, wrongOrigin } from './key-errors.js'
import { type KeyText, parseKeyText } from './key-text.js'
import { KeyUses } from './key-uses.js'
import { findKeys, type KeyRow, type StoredKey, toStoredKey } from './stored-key.js'

interface Entry {
  readonly key: StoredKey
  readonly loadedAtMs: number
}

const rememberedKeys = 20_000
const maxAgeMs = 60_000
const maxAgeWithoutSignalsMs = 1000

/** Where a key is shown from. */
export interface Visit {
  readonly headers: { readonly origin?: string | undefined; readonly 'x-forwarded-for'?: string | string[] | undefined }
  readonly socket: { readonly remoteAddress?: string | undefined }
}

/** What is kept of a request that opened something that lasts. */
export const toVisit = ({ headers, socket }: IncomingMessage): Visit => ({
  headers: { origin: headers.origin, 'x-forwarded-for': headers['x-forwarded-for'] },
  socket: { remoteAddress: socket.remoteAddress },
})

/**
 * Who an API key stands for. Kept in memory as {@link Principals} keeps sessions: the database signals the id of a key that
 * has changed, or that of its user.
 */
@Injectable()
export class ApiKeys implements OnModuleInit {
  private readonly cached = new BoundedMap<string, Entry>(rememberedKeys)
  private readonly trusted: readonly IpNetwork[]

  constructor(
    private readonly db: Database,
    private readonly signals: Signals,
    private readonly principals: Principals,
    private readonly uses: KeyUses,
    @Inject(CONFIG) config: Config,
  ) {
    this.trusted = listTrusted(config.trustedProxies)
  }

  onModuleInit(): void {
    this.principals.onForget((id) => this.forget(id))
  }

  /** The key, without waiting; undefined when the database must be asked. @throws unauthenticated, forbidden */
  findCached(text: string, visit: Visit): StoredKey | undefined {
    const shown = parseKeyText(text)
    if (shown === undefined) throw invalidKey()
    const known = this.known(shown.id)
    return known && this.admit(known, shown, visit)
  }

  /** @throws unauthenticated for a key that is not good, forbidden where it may not be used from */
  async identify(text: string, visit: Visit): Promise<StoredKey> {
    const shown = parseKeyText(text)
    if (shown === undefined) throw invalidKey()
    const found = this.known(shown.id) ?? (await this.load([shown.id])).get(shown.id)
    if (found === undefined) throw invalidKey()
    return this.admit(found, shown, visit)
  }

  /** Keys that are good, by their ids, as the database knows them. */
  async load(ids: readonly string[]): Promise<ReadonlyMap<string, StoredKey>> {
    const { version } = this.principals
    const loadedAtMs = Date.now()
    const { rows } = await this.db.run({ text: findKeys, values: [ids] })
    const keys = (rows as KeyRow[]).map(toStoredKey)
    // As with sessions: what changed meanwhile may be missing in the answer.
    if (version === this.principals.version) for (const key of keys) this.cached.set(key.id, { key, loadedAtMs })
    return new Map(keys.map((key) => [key.id, key]))
  }

  private known(id: string): StoredKey | undefined {
    const entry = this.cached.get(id)
    if (entry === undefined) return undefined
    const ageMs = Date.now() - entry.loadedAtMs
    return ageMs < (this.signals.healthy ? maxAgeMs : maxAgeWithoutSignalsMs) ? entry.key : undefined
  }

  private admit(key: StoredKey, shown: KeyText, visit: Visit): StoredKey {
    if (!isGood(key, shown)) throw invalidKey()
    if (key.networks && !isWithin(clientAddress(visit, this.trusted), key.networks)) throw wrongAddress()
    if (key.origins && !key.origins.includes(visit.headers.origin ?? '')) throw wrongOrigin()
    this.uses.note(key.id)
    return key
  }

  private forget(id: string | undefined): void {
    if (id === undefined) this.cached.clear()
    else for (const [keyId, { key }] of this.cached) if (isAbout(key.principal, id)) this.cached.delete(keyId)
  }
}

/** Every secret is compared, and each in the same time, wherever the first difference lies. */
function isGood({ id, principal, secrets, expiresAtMs }: StoredKey, shown: KeyText): boolean {
  const nowMs = Date.now()
  let matches = false
  for (const { hash, untilMs } of secrets) matches = (timingSafeEqual(hash, shown.hash) && untilMs > nowMs) || matches
  const publishable = principal.kind === 'key' && principal.publishable
  return matches && id === shown.id && publishable === shown.publishable && expiresAtMs > nowMs
}

function isWithin(text: string, networks: readonly IpNetwork[]): boolean {
  const address = parseAddress(text)
  return address !== undefined && networks.some((network) => isInNetwork(address, network))
}
