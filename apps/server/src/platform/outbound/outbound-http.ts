import { setTimeout as sleep } from 'node:timers/promises'
import { parseAddress } from '../../lib/index.js'
import type { Log } from '../log/index.js'
import { CallSlots } from './call-slots.js'
import { exchange, type ReadAnswer } from './exchange.js'
import { openConnection } from './open-connection.js'
import { OutboundPolicy, type OutboundSettings } from './outbound-policy.js'
import { OutboundError, type OutboundFailure, type OutboundRequest, type OutboundResult } from './outbound-request.js'
import { parseRequest, type SendableRequest } from './parse-request.js'
import { parseTarget, type Target } from './parse-target.js'
import { type ResolveHost, resolveByDns, resolveBySystem } from './resolve-host.js'
import { within } from './within.js'

const defaultTimeoutMs = 20_000
const locateTimeoutMs = 10_000
/** However soon a name turns out to lead nowhere public, the caller hears of it no sooner: how long it took says nothing. */
const refusalMs = 250

/** Where a host is. `name` is what its certificate must be for; undefined for a host that is an address. */
export interface LocatedHost {
  readonly ok: true
  readonly address: string
  readonly name: string | undefined
}

/**
 * Calls URLs that an admin or a user gave: the only way out of this server. It reaches public addresses on open ports and
 * what `OUTBOUND_ALLOW` names, follows no redirect and no proxy, and takes a bounded time and little memory, whatever
 * the receiver does.
 */
export class OutboundHttp {
  private readonly policy: OutboundPolicy
  private readonly slots = new CallSlots({ total: 64, perHost: 16 })

  constructor(
    settings: OutboundSettings,
    private readonly log: Log,
    private readonly resolveName: ResolveHost = resolveByDns(),
  ) {
    this.policy = new OutboundPolicy(settings)
  }

  /** What can be said against a URL without asking anybody: for those who check one before they store it. */
  findFault(url: string): OutboundFailure | undefined {
    try {
      this.parse(url)
      return undefined
    } catch (error) {
      return toFailure(error, 0)
    }
  }

  /** Never throws: what went wrong is the result. */
  async send(request: OutboundRequest): Promise<OutboundResult> {
    const startedAt = performance.now()
    const elapsedMs = () => Math.round(performance.now() - startedAt)
    let target: Target | undefined
    try {
      target = this.parse(request.url)
      const answer = await this.call(target, request)
      return { ok: true, ...answer, durationMs: elapsedMs() }
    } catch (error) {
      const failure = toFailure(error, elapsedMs())
      // Paths and queries of such URLs are often secrets.
      const facts = { host: target?.host, port: target?.port, failure: failure.failure, err: causeOf(error) }
      this.log.info(facts, 'an outbound call failed')
      return failure
    }
  }

  /**
   * The address to connect to for a protocol that is not HTTP, judged like any other. Whoever connects goes to this address
   * and does not look for the name again.
   */
  async locate(host: string, port: number): Promise<LocatedHost | OutboundFailure> {
    const startedAt = performance.now()
    try {
      const target = this.parse(`http://${host}:${port}`)
      const limit = { timeoutMs: locateTimeoutMs, caller: undefined, late: 'timeout' } as const
      const [address] = await within(limit, (signal) => this.findAddresses(target, signal))
      return { ok: true, address: address!, name: target.address === undefined ? target.host : undefined }
    } catch (error) {
      const failure = toFailure(error, Math.round(performance.now() - startedAt))
      this.log.info({ host, port, failure: failure.failure, err: causeOf(error) }, 'a host cannot be called')
      return failure
    }
  }

  /** @throws OutboundError `invalid_url` or, where the URL names an address, `refused_address` */
  private parse(url: string): Target {
    const target = parseTarget(url)
    if (!this.policy.mayUse(target.port))
      throw new OutboundError('invalid_url', {
        detail: `The URL names port ${target.port}, which neither OUTBOUND_PORTS nor OUTBOUND_ALLOW opens`,
      })
    if (target.address !== undefined && !this.policy.mayReach(target, target.address))
      throw new OutboundError('refused_address')
    return target
  }

  private async call(target: Target, raw: OutboundRequest): Promise<ReadAnswer> {
    const request = parseRequest(raw)
    const limit = { timeoutMs: raw.timeoutMs ?? defaultTimeoutMs, caller: raw.signal }
    const leave = await within({ ...limit, late: 'busy' }, (signal) => this.slots.take(target.host, signal))
    try {
      return await within({ ...limit, late: 'timeout' }, (signal) => this.exchange(target, request, signal))
    } finally {
      leave()
    }
  }

  private async exchange(target: Target, request: SendableRequest, signal: AbortSignal): Promise<ReadAnswer> {
    const addresses = await this.findAddresses(target, signal)
    const socket = await openConnection(target, addresses, (address) => this.policy.mayReach(target, address), signal)
    try {
      const answer = await exchange(socket, target, request)
      // An answer without a length ends with its connection, also when it is the clock that ends it.
      signal.throwIfAborted()
      return answer
    } finally {
      socket.destroy()
    }
  }

  /** All addresses must be reachable for one to be: a name that is both public and private is up to something. */
  private async findAddresses(target: Target, signal: AbortSignal): Promise<readonly string[]> {
    if (target.address !== undefined) return [target.host]
    const resolve = this.policy.isAllowedName(target.host) ? resolveBySystem : this.resolveName
    const patience = sleep(refusalMs, undefined, { signal }).catch(() => {})
    const found = await resolve(target.host, signal)
    signal.throwIfAborted()
    if (found.length > 0 && found.every((text) => this.mayReach(target, text))) return found
    await patience
    throw new OutboundError('refused_address', { cause: new Error(`found: ${found.join(' ')}`) })
  }

  private mayReach(target: Target, text: string): boolean {
    const address = parseAddress(text)
    return address !== undefined && this.policy.mayReach(target, address)
  }
}

const toFailure = (error: unknown, durationMs: number): OutboundFailure => {
  const { failure, message } = error instanceof OutboundError ? error : new OutboundError('unreachable')
  return { ok: false, failure, message, durationMs }
}

const causeOf = (error: unknown): unknown => (error instanceof OutboundError ? error.cause : error)
