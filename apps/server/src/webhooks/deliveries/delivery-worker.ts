import { setTimeout as sleep } from 'node:timers/promises'
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common'
import { newId } from '../../lib/index.js'
import { Database } from '../../platform/db/index.js'
import { Log } from '../../platform/log/index.js'
import { Disabling } from '../endpoints/disabling.js'
import { Activity } from '../fan-out/activity.js'
import { WakeUp } from '../wake-up.js'
import { DeliverySender } from './delivery-sender.js'
import {
  type ClaimedDelivery,
  claimDeliveries,
  releaseClaim,
  renewClaims,
  settleDelivered,
  settleFailed,
  wakeWaiting,
} from './delivery-store.js'
import { nextAttemptSeconds } from './next-attempt.js'

/** Calls under way on one node: in all, and to one endpoint. */
const total = 40
const perEndpoint = 6
/** Deliveries become due by the clock, and other nodes leave some. */
const pollMs = 1000
/** Slots that come free within so many milliseconds are filled together. */
const gatherMs = 5
const renewEveryMs = 3000
const wakeEveryMs = 5000
/** What was not tried is tried again after this. */
const untriedSeconds = 2
/** An endpoint nothing has arrived at for so long is disabled. */
const hopelessSeconds = 5 * 24 * 60 * 60
/** When the server stops, calls under way may take so long to end. */
const graceMs = 3000

/** Makes the deliveries that are due. Every node does; each delivery is taken by one of them at a time. */
@Injectable()
export class DeliveryWorker implements BeforeApplicationShutdown {
  private readonly node = newId()
  private readonly alarm = new WakeUp()
  private readonly underWay = new Map<string, ClaimedDelivery>()
  private readonly calls = new Set<Promise<void>>()
  private readonly stopping = new AbortController()
  private running: Promise<void> | undefined
  private renewedAtMs = 0
  private wokeWaitingAtMs = 0
  private stopped = false

  constructor(
    private readonly db: Database,
    private readonly sender: DeliverySender,
    private readonly disabling: Disabling,
    private readonly activity: Activity,
    private readonly log: Log,
  ) {
    activity.onStart(() => this.start())
  }

  /** There may be something due. */
  wake(): void {
    this.alarm.wake()
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true
    this.wake()
    await this.running
    await Promise.race([Promise.all(this.calls), sleep(graceMs, undefined, { ref: false })])
    this.stopping.abort()
    await Promise.all(this.calls)
  }

  // ── steps ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  private start(): void {
    this.running ??= this.run().finally(() => {
      this.running = undefined
      if (this.activity.active && !this.stopped) this.start()
    })
  }

  private async run(): Promise<void> {
    // Calls that are under way are seen to their end, whatever becomes of the webhooks.
    while ((this.activity.active || this.calls.size > 0) && !this.stopped) {
      const claimed = await this.claim().catch((err: unknown) => {
        this.log.warn({ err }, 'deliveries could not be taken; trying again')
        return 0
      })
      if (claimed === 0) await this.alarm.sleep(pollMs)
      else await sleep(gatherMs)
    }
  }

  /** How many were taken. */
  private async claim(): Promise<number> {
    await this.keepHouse()
    const room = total - this.underWay.size
    if (room === 0 || !this.activity.active) return 0
    const claimed = await claimDeliveries(this.db, this.node, room, perEndpoint, this.callsPerEndpoint())
    for (const delivery of claimed) this.begin(delivery)
    return claimed.length
  }

  private callsPerEndpoint(): Map<string, number> {
    const counts = new Map<string, number>()
    for (const { webhook } of this.underWay.values()) counts.set(webhook, (counts.get(webhook) ?? 0) + 1)
    return counts
  }

  private async keepHouse(): Promise<void> {
    const nowMs = Date.now()
    if (this.underWay.size > 0 && nowMs - this.renewedAtMs > renewEveryMs) {
      await renewClaims(this.db, this.node, [...this.underWay.keys()])
      this.renewedAtMs = nowMs
    }
    if (nowMs - this.wokeWaitingAtMs > wakeEveryMs) {
      await wakeWaiting(this.db)
      this.wokeWaitingAtMs = nowMs
    }
  }

  private begin(delivery: ClaimedDelivery): void {
    this.underWay.set(delivery.id, delivery)
    const call = this.deliver(delivery)
      // Its claim ends by itself, and it is taken again.
      .catch((err: unknown) => this.log.warn({ err, delivery: delivery.id }, 'a delivery could not be made'))
      .finally(() => {
        this.underWay.delete(delivery.id)
        this.calls.delete(call)
        this.wake()
      })
    this.calls.add(call)
  }

  private async deliver(delivery: ClaimedDelivery): Promise<void> {
    const { id, webhook, url, payload: body, secrets } = delivery
    const sent = await this.sender.send({ id, url, body, secrets, signal: this.stopping.signal })
    if (sent.outcome === 'delivered') return settleDelivered(this.db, this.node, id, sent.attempt)
    if (sent.outcome === 'untried') return releaseClaim(this.db, this.node, id, untriedSeconds)
    const again =
      sent.outcome === 'gone' ? undefined : nextAttemptSeconds(delivery.tries + 1, sent.retryAfter, Date.now())
    const failingSeconds = await settleFailed(this.db, this.node, id, sent.attempt, again)
    if (sent.outcome === 'gone') await this.disabling.disable(webhook, 'The receiver answered 410 Gone')
    else if (failingSeconds !== undefined && failingSeconds > hopelessSeconds)
      await this.disabling.disable(webhook, 'Nothing has arrived for five days')
  }
}
