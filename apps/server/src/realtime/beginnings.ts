import { limits } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import { type Change, type ChangeCursor, ChangeLog } from '../changes/index.js'
import { SchemaCache } from '../collections/index.js'
import { LiveRecords } from '../records/index.js'
import { eventText, toEvent } from './event-text.js'
import { Feed, unfinished } from './feed.js'
import { Gate } from './gate.js'
import { judgeChanges } from './judge/judge-changes.js'
import { PageStates } from './judge/page-states.js'
import { type KnownChanges, nothingKnown, readUpTo } from './known-changes.js'
import type { EventText } from './receiver.js'
import type { Subscription } from './subscription.js'

/** How a subscription begins: with what is, or after a cursor. */
export type Start =
  | { readonly kind: 'now' }
  | { readonly kind: 'since'; readonly cursor: ChangeCursor; readonly mark: string }

/** A subscription on its way to being live. */
interface Beginning {
  readonly subscription: Subscription
  /** Of the view by which it is told. */
  readonly key: string
  /** Where the feed was when changes began to wait. */
  readonly from: ChangeCursor
}

/** Subscriptions that read at a time: after a break all come back at once. */
const readingAtOnce = 4

/**
 * Brings subscriptions to where they are live: what they missed or what there is, then what came meanwhile, without a gap
 * and nothing twice.
 */
@Injectable()
export class Beginnings {
  private readonly gate = new Gate(readingAtOnce)

  constructor(
    private readonly feed: Feed,
    private readonly log: ChangeLog,
    private readonly live: LiveRecords,
    private readonly schemas: SchemaCache,
  ) {
    feed.onRestart((subscription) => void this.begin(subscription, { kind: 'now' }))
  }

  /** Never throws: what goes wrong is told. */
  async begin(subscription: Subscription, start: Start): Promise<void> {
    try {
      let next: Start | undefined = start
      while (next && !subscription.closed) next = await this.attemptConsistently(subscription, next)
    } catch (error) {
      this.feed.end(subscription, error)
    }
  }

  /** What fails because the schema has changed is begun anew. */
  private async attemptConsistently(subscription: Subscription, start: Start): Promise<Start | undefined> {
    try {
      return await this.attempt(subscription, start)
    } catch (error) {
      await this.schemas.reload()
      if (subscription.closed || !this.feed.isStale(subscription)) throw error
      return this.beginAnew(subscription)
    }
  }

  /** Undefined once it is live; else how to go on. */
  private async attempt(subscription: Subscription, start: Start): Promise<Start | undefined> {
    await this.feed.renew(subscription)
    const beginning: Beginning = { subscription, key: subscription.view.key, from: await this.feed.hold(subscription) }
    const known = start.kind === 'since' ? await this.resume(beginning, start) : await this.tellSnapshot(beginning)
    const isLive = known && (await this.goLive(beginning, known))
    return isLive || subscription.closed ? undefined : this.beginAnew(subscription)
  }

  private beginAnew(subscription: Subscription): Start {
    this.feed.tellReset(subscription)
    return { kind: 'now' }
  }

  // ── what is ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Undefined where rights changed meanwhile. */
  private async tellSnapshot(beginning: Beginning): Promise<KnownChanges | undefined> {
    const { subscription, from } = beginning
    const { view, principal, raw } = subscription
    if (!raw.snapshot) return nothingKnown
    const { records, sees, end } = await this.gate.pass(() => this.live.snapshot(view.query, principal))
    const id = this.log.seal(from, unfinished)
    const at = new Date().toISOString()
    const events = records.map((record) => eventText(id, 'snapshot', view.collection.name, at, JSON.stringify(record)))
    return (await this.tellAll(beginning, events)) ? { has: ({ tx }) => sees(tx), xmax: end } : undefined
  }

  // ── what was missed ────────────────────────────────────────────────────────────────────────────────────────────────

  /** Undefined where it cannot be told any more, or is for somebody with other rights. */
  private async resume(
    beginning: Beginning,
    { cursor, mark }: Extract<Start, { kind: 'since' }>,
  ): Promise<KnownChanges | undefined> {
    if (mark !== beginning.key || !(await this.log.reaches(cursor))) return undefined
    const end = await this.catchUp(beginning, cursor, nothingKnown)
    return end && readUpTo(end, nothingKnown)
  }

  /** Tells what the log has after the cursor. Gives where it ended; undefined where it was too much, or rights changed. */
  private async catchUp(
    beginning: Beginning,
    from: ChangeCursor,
    known: KnownChanges,
  ): Promise<ChangeCursor | undefined> {
    const collectionIds = [beginning.subscription.view.collection.id]
    let count = 0
    for (let cursor = from; ; ) {
      const { changes, next, end, broken } = await this.gate.pass(() => this.log.read(cursor, { collectionIds }))
      count += changes.length
      if (broken || count > limits.missedChanges || !(await this.tellChanges(beginning, changes, known))) return undefined
      if (end) return next
      cursor = next
    }
  }

  // ── what came meanwhile ────────────────────────────────────────────────────────────────────────────────────────────

  /** Tells what came meanwhile until nothing is left. False where it must begin anew, or is over. */
  private async goLive(beginning: Beginning, known: KnownChanges): Promise<boolean> {
    const { subscription } = beginning
    for (;;) {
      const held = subscription.held!
      if (held.overflown) return this.goLiveFromLog(beginning, known)
      const changes = held.shift()
      if (changes) {
        if (!(await this.tellChanges(beginning, changes, known))) return false
      } else if (this.isCurrent(beginning)) {
        // Nothing may come between the last look and this.
        this.feed.admit(subscription, known)
        this.feed.tellReady(subscription)
        return true
      } else if (!(await this.settle(beginning))) return false
    }
  }

  /** So much came meanwhile that it was not kept. */
  private async goLiveFromLog(beginning: Beginning, known: KnownChanges): Promise<boolean> {
    const from = await this.feed.hold(beginning.subscription)
    const cursor = await this.catchUp(beginning, beginning.from, known)
    return cursor !== undefined && this.goLive({ ...beginning, from }, readUpTo(cursor, known))
  }

  /** False where rights changed, so that what was told before may no longer hold. */
  private async tellChanges(beginning: Beginning, changes: readonly Change[], known: KnownChanges): Promise<boolean> {
    const { view, principal } = beginning.subscription
    const { record } = view
    const page = new PageStates(changes, this.live)
    const own = (await page.of(view.collection)).filter(
      ({ change }) => !known.has(change) && (record === undefined || change.recordId === record),
    )
    const told = await this.gate.pass(() => judgeChanges(view, own, page, principal, this.feed.court()))
    return this.tellAll(
      beginning,
      told.map((one) => toEvent(one, view, this.log)),
    )
  }

  /** False where it is over, or rights changed: then nothing more is told. */
  private async tellAll(beginning: Beginning, events: readonly EventText[]): Promise<boolean> {
    for (const event of events) {
      if (!this.isCurrent(beginning) && !(await this.settle(beginning))) return false
      await beginning.subscription.tellPatiently(event)
    }
    return this.isCurrent(beginning) || this.settle(beginning)
  }

  private isCurrent({ subscription, key }: Beginning): boolean {
    return !subscription.closed && !this.feed.isStale(subscription) && subscription.view.key === key
  }

  /** Gives it the view of now. False where that is another one, or it is over. */
  private async settle({ subscription, key }: Beginning): Promise<boolean> {
    if (subscription.closed) return false
    await this.feed.renew(subscription)
    return !subscription.closed && subscription.view.key === key
  }
}
