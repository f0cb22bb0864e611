import { limits, type RealtimeReply } from '@holdfast/contract'
import { type Identity, type Principal, publicPrincipal } from '../../auth/index.js'
import { newId } from '../../lib/index.js'
import type { EventText, Receiver } from '../receiver.js'
import type { Ending } from './ending.js'
import { dropVoid, type Told } from './told.js'

/** Where connections are known as long as they are open. */
export interface ConnectionHome {
  /** Calls `flush` of the connection soon, once for all it is told until then. */
  flushSoon(connection: Connection): void
  remove(connection: Connection): void
}

/** Bytes that may wait while whoever tells much at once goes on. */
const roomBytes = 256 * 1024

/** An open connection, whatever it speaks: who is behind it, what waits to be sent, and its end. */
export abstract class Connection implements Receiver {
  readonly id = newId()
  principal: Principal
  /** When the token it came with is over; never for nobody signed in. */
  expiresAtMs: number
  /** Counts the times it was asked anew who is behind it: the answer to an earlier time does not count. */
  checks = 0
  settledChecks = 0
  /** Subscriptions and channels are being told of another principal. */
  changing = 0
  checkedAtMs = Date.now()
  /** Nothing is told any more; the last bytes may still be under way. */
  closed = false
  private kept: Told[] | undefined
  private keptBytes = 0
  private outbox: Buffer[] = []
  private outboxBytes = 0
  private readonly closeHandlers: (() => void)[] = []
  private drainHandlers: (() => void)[] = []

  constructor(
    private readonly home: ConnectionHome,
    identity: Identity | undefined,
  ) {
    this.principal = identity?.principal ?? publicPrincipal
    this.expiresAtMs = identity?.expiresAtMs ?? Number.POSITIVE_INFINITY
  }

  // ── as subscriptions and channels see it ───────────────────────────────────────────────────────────────────────────

  sendEvent(subscription: string, event: EventText): void {
    if (this.closed) return
    if (this.kept) this.keep({ subscription, event }, event.json.length)
    else if (Date.now() >= this.expiresAtMs) this.end('expired')
    else this.push(this.encodeEvent(subscription, event))
  }

  sendReply(reply: RealtimeReply): void {
    if (this.closed) return
    if (this.kept && reply.type !== 'pong') this.keep({ reply }, 100)
    else this.deliver(reply)
  }

  drained(): Promise<void> {
    if (this.closed || this.waitingBytes < roomBytes) return Promise.resolve()
    return new Promise((resolve) => this.drainHandlers.push(resolve))
  }

  onClose(handler: () => void): void {
    if (this.closed) handler()
    else this.closeHandlers.push(handler)
  }

  // ── while it is not known who is behind it ─────────────────────────────────────────────────────────────────────────

  /** Keeps back whatever it is told until `release`. */
  hold(): void {
    this.kept ??= []
  }

  get isHeld(): boolean {
    return this.kept !== undefined
  }

  /** Sends what was kept back, as far as it still holds. */
  release(): void {
    const told = dropVoid(this.kept ?? [])
    this.kept = undefined
    this.keptBytes = 0
    for (const { subscription, event, reply } of told)
      if (event) this.sendEvent(subscription, event)
      else this.sendReply(reply)
    this.noteDrained()
  }

  // ── sending ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Writes all that waits, at once. */
  flush(): void {
    if (this.outbox.length === 0) return
    const bytes = this.outbox
    this.outbox = []
    this.outboxBytes = 0
    this.write(bytes)
    this.noteDrained()
  }

  /** Ends the connection and tells why. What was told before is still sent, unless the client may not have it or does not take it. */
  end(ending: Ending): void {
    if (this.closed) return
    if (ending === 'slow' || ending === 'unauthenticated') this.outbox = []
    this.flush()
    this.closed = true
    this.finish(ending)
    this.noteClosed()
  }

  /** The client is gone. */
  protected leave(): void {
    if (this.closed) return
    this.closed = true
    this.noteClosed()
  }

  /** Whoever waits for room goes on, once there is some. */
  protected noteDrained(): void {
    if (this.drainHandlers.length === 0 || (!this.closed && this.waitingBytes >= roomBytes)) return
    const handlers = this.drainHandlers
    this.drainHandlers = []
    for (const handler of handlers) handler()
  }

  protected push(bytes: Buffer): void {
    this.outbox.push(bytes)
    this.outboxBytes += bytes.length
    if (this.waitingBytes > limits.realtimeBacklogBytes) this.end('slow')
    else if (this.outbox.length === 1) this.home.flushSoon(this)
  }

  private keep(told: Told, bytes: number): void {
    this.kept!.push(told)
    this.keptBytes += bytes
    if (this.waitingBytes > limits.realtimeBacklogBytes) this.end('slow')
  }

  private get waitingBytes(): number {
    return this.keptBytes + this.outboxBytes + this.unsentBytes
  }

  private noteClosed(): void {
    this.outbox = []
    this.kept = undefined
    this.home.remove(this)
    this.noteDrained()
    for (const handler of this.closeHandlers.splice(0)) handler()
  }

  /** Once a second: sends what keeps the connection alive, and ends it where the other side is dead. */
  abstract beat(nowMs: number): void
  /** Closes what has not closed by itself. */
  abstract destroy(): void
  /** Bytes that were written and not yet taken. */
  abstract get unsentBytes(): number
  protected abstract encodeEvent(subscription: string, event: EventText): Buffer
  protected abstract deliver(reply: RealtimeReply): void
  protected abstract write(bytes: readonly Buffer[]): void
  protected abstract finish(ending: Ending): void
}
