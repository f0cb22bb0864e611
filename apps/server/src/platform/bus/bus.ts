import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common'
import { Log } from '../log/index.js'
import type { Carrier } from './carrier.js'
import { type Message, packMessages, unpackMessages } from './pack-messages.js'

/** `from` is the {@link Bus.node} it comes from. */
export type BusHandler = (text: string, from: string) => void

/** Most bytes of one text. */
export const maxBusText = 7000
/** PostgreSQL carries 7,999 bytes in one go, and the name of our channel. */
const maxPayload = 7900
/** Texts that wait while one is on its way. Beyond it the oldest are lost: nobody may fill the memory with a carrier that hangs. */
const maxWaiting = 10_000
/** Says that its node is not reached by the faster carrier. Its name is none that others can have. */
const alone = '!'
const beaconMs = 1000
const beaconGoodMs = 3500
/** What was published last, a goodbye for one, is still sent when the node stops. */
const lastWordsMs = 1000

/**
 * Short texts from node to node. Lossy by contract: at most once, in their order per node, and only to nodes that listen at
 * that moment; after `onReset` some may be missing. Never part of a transaction.
 *
 * With two carriers the faster one (Redis) is used, and PostgreSQL as well while this node, or one it has heard of lately,
 * is cut from it. What then comes twice, or late, is told by its count.
 */
@Injectable()
export class Bus implements OnApplicationBootstrap, OnApplicationShutdown {
  /** Names this process. */
  readonly node = randomUUID()
  private readonly handlers = new Map<string, BusHandler[]>()
  private readonly resetHandlers: (() => void)[] = []
  private readonly lastCounts = new Map<string, { count: number; at: number }>()
  private waiting: Message[] = []
  private count = 0
  private sending = false
  private sent: Promise<void> = Promise.resolve()
  private bothUntil = 0
  private beacon: NodeJS.Timeout | undefined

  /** `fast` is tried first; `sure` is there whenever the database is. */
  constructor(
    private readonly sure: Carrier,
    private readonly fast: Carrier | undefined,
    private readonly log: Log,
  ) {}

  /** To every other node. `channel` is one word; `text` has at most {@link maxBusText} bytes and no NUL. @throws RangeError otherwise */
  publish(channel: string, text: string): void {
    if (!/^\S+$/.test(channel) || channel === alone) throw new RangeError(`"${channel}" is no channel of the bus`)
    if (text.length * 3 > maxBusText && Buffer.byteLength(text) > maxBusText)
      throw new RangeError(`A text for other nodes has more than ${maxBusText} bytes`)
    if (text.includes('\0')) throw new RangeError('A text for other nodes has a NUL')
    this.enqueue(channel, text)
  }

  /** Calls `handler` for what other nodes publish on `channel`, never for what this one does. */
  on(channel: string, handler: BusHandler): void {
    this.handlers.set(channel, [...(this.handlers.get(channel) ?? []), handler])
  }

  /** Calls `handler` when this node listens, for the first time or again: what others published before may be lost. */
  onReset(handler: () => void): void {
    this.resetHandlers.push(handler)
  }

  /** Whether all nodes this one knows of are reached by the faster carrier. */
  get onlyFast(): boolean {
    return this.fast?.up === true && Date.now() >= this.bothUntil
  }

  async onApplicationBootstrap(): Promise<void> {
    const listener = {
      received: (payload: string) => this.receive(payload),
      reset: () => {
        for (const handler of this.resetHandlers) this.guard(handler)
      },
    }
    await this.sure.start(listener)
    if (!this.fast) return
    await this.fast.start(listener)
    this.beacon = setInterval(() => this.fast!.up || this.enqueue(alone, ''), beaconMs).unref()
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.beacon)
    await Promise.race([this.sent, sleep(lastWordsMs, undefined, { ref: false })])
    await Promise.all([this.sure.stop(), this.fast?.stop()])
  }

  // ── steps ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  private enqueue(channel: string, text: string): void {
    this.waiting.push({ count: ++this.count, channel, text })
    if (this.waiting.length > maxWaiting) this.waiting = this.waiting.slice(-maxWaiting / 2)
    if (this.sending) return
    this.sending = true
    // Texts of one moment travel together.
    this.sent = new Promise((resolve) => setImmediate(() => void this.flush().then(resolve)))
  }

  private async flush(): Promise<void> {
    while (this.waiting.length > 0) {
      const payloads = packMessages(this.node, this.waiting, maxPayload)
      this.waiting = []
      await Promise.all(this.carriers().map((carrier) => carrier.send(payloads)))
    }
    this.sending = false
  }

  private carriers(): Carrier[] {
    if (!this.fast) return [this.sure]
    // What is still on its way by PostgreSQL when Redis comes back would be overtaken.
    if (!this.fast.up) this.bothUntil = Math.max(this.bothUntil, Date.now() + beaconMs)
    return this.onlyFast ? [this.fast] : [this.fast, this.sure]
  }

  private receive(payload: string): void {
    const packed = unpackMessages(payload)
    if (!packed || packed.node === this.node) return
    for (const { count, channel, text } of packed.messages) {
      if (!this.isNew(packed.node, count)) continue
      if (channel === alone) this.bothUntil = Date.now() + beaconGoodMs
      for (const handler of this.handlers.get(channel) ?? []) this.guard(() => handler(text, packed.node))
    }
  }

  private isNew(node: string, count: number): boolean {
    const last = this.lastCounts.get(node)
    if (last && last.count >= count) return false
    if (!last && this.lastCounts.size >= 1000) this.forgetOldest()
    this.lastCounts.set(node, { count, at: Date.now() })
    return true
  }

  private forgetOldest(): void {
    const oldest = [...this.lastCounts].sort(([, a], [, b]) => a.at - b.at).slice(0, 500)
    for (const [node] of oldest) this.lastCounts.delete(node)
  }

  private guard(handler: () => void): void {
    try {
      handler()
    } catch (error) {
      this.log.error({ err: error }, 'a handler of the bus failed')
    }
  }
}
