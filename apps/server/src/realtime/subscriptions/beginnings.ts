import { limits } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import { type Change, type ChangeCursor, ChangeLog, isSeen, type Sight, sightOf } from '../../changes/index.js'
import { SchemaCache } from '../../collections/index.js'
import { Turns } from '../../lib/index.js'
import { LiveRecords } from '../../records/index.js'
import { Courts } from '../judge/courts.js'
import { judgeChanges } from '../judge/judge-changes.js'
import type { EventText } from '../receiver.js'
import { eventText, toEvent } from './event-text.js'
import { Feed } from './feed.js'
import { Notices, unfinished } from './notices.js'
import type { Subscription } from './subscription.js'
import { SubscriptionRights } from './subscription-rights.js'

/** How a subscription begins: with what is, or after a cursor. */
export type Start =
  | { readonly kind: 'now' }
  | { readonly kind: 'since'; readonly cursor: ChangeCursor; readonly mark: string }

/** A subscription on its way to being live. */
interface Beginning {
  readonly subscription: Subscription
  /** Of the view by which it is told. */
  readonly key: string
  /** What its ids are good for. */
  readonly mark: string
  /** What the feed had read when changes began to wait. */
  readonly from: ChangeCursor
  /** Told already, though the feed may still bring it. */
  readonly known: Sight
}

const nothing: Sight = { xmax: 0, running: [] }

/** Subscriptions that read at a time: after a break all come back at once. */
const readingAtOnce = 4

/**
 * Brings subscriptions to where they are live: what they missed or what there is, then what came meanwhile, without a gap
 * and nothing twice.
 */
@Injectable()
export class Beginnings {
  private readonly turns = new Turns(readingAtOnce)

  constructor(
    private readonly feed: Feed,
    private readonly rights: SubscriptionRights,
    private readonly notices: Notices,
    private readonly courts: Courts,
    private readonly log: ChangeLog,
    private readonly live: LiveRecords,
    private readonly schemas: SchemaCache,
  ) {
    rights.onRestart((subscription) => void this.begin(subscription, { kind: 'now' }))
  }

  /** Never throws: what goes wrong is told. */
  async begin(subscription: Subscription, start: Start): Promise<void> {
    try {
      let next: Start | undefined = start
      while (next && !subscription.closed) next = await this.attemptConsistently(subscription, next)
    } catch (error) {
      this.notices.end(subscription, error)
    }
  }

  /** What fails because the schema has changed is begun anew. */
  private async attemptConsistently(subscription: Subscription, start: Start): Promise<Start | undefined> {
    try {
      return await this.attempt(subscription, start)
    } catch (error) {
      await this.schemas.reload()
      if (subscription.closed || !this.rights.isStale(subscription)) throw error
      return this.beginAnew(subscription)
    }
  }

  /** Undefined once it is live; else how to go on. */
  private async attempt(subscription: Subscription, start: Start): Promise<Start | undefined> {
    await this.rights.renew(subscription)
    if (subscription.closed) return undefined
    const { key } = subscription.view
    const from = await this.feed.hold(subscription)
    const beginning: Beginning = { subscription, key, mark: key, from, known: nothing }
    const begun = start.kind === 'since' ? await this.resume(beginning, start) : await this.tellSnapshot(beginning)
    const isLive = begun && (await this.goLive(begun))
    return isLive || subscription.closed ? undefined : this.beginAnew(subscription)
  }

  private beginAnew(subscription: Subscription): Start {
    this.notices.tellReset(subscription)
    return { kind: 'now' }
  }

  // ── what is ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Undefined where rights changed meanwhile. */
  private async tellSnapshot(beginning: Beginning): Promise<Beginning | undefined> {
    const { view, principal, raw } = beginning.subscription
    if (!raw.snapshot) return beginning
    const { records, sight } = await this.turns.take(() => this.live.snapshot(view.query, principal))
    const id = this.log.seal(beginning.from, unfinished)
    const at = new Date().toISOString()
    const events = records.map((record) => eventText(id, 'snapshot', view.collection.name, at, JSON.stringify(record)))
    return (await this.tellAll(beginning, events)) ? { ...beginning, mark: unfinished, known: sight } : undefined
  }

  // ── what was missed ────────────────────────────────────────────────────────────────────────────────────────────────

  /** Undefined where it cannot be told any more, or is for somebody with other rights. */
  private async resume(
    beginning: Beginning,
    { cursor, mark }: Extract<Start, { kind: 'since' }>,
  ): Promise<Beginning | undefined> {
    const { subscription, key } = beginning
    if (mark !== key || !(await this.log.reaches(cursor))) return undefined
    let { from } = beginning
    // Another node may have been ahead of this one.
    while (!this.feed.hasReached(sightOf(cursor))) {
      await this.feed.nextPage(subscription)
      from = await this.feed.hold(subscription)
    }
    const begun = { ...beginning, from }
    return (await this.catchUp(begun, cursor)) ? begun : undefined
  }

  /** Tells what the log has after the cursor up to where changes wait. False where it is too much, or rights changed. */
  private async catchUp(beginning: Beginning, after: ChangeCursor): Promise<boolean> {
    const options = { collectionIds: [beginning.subscription.view.collection.id], upTo: beginning.from }
    let count = 0
    for (let cursor = after; ; ) {
      const { changes, next, end, broken } = await this.turns.take(() => this.log.read(cursor, options))
      count += changes.length
      if (broken || count > limits.missedChanges || !(await this.tellChanges(beginning, changes))) return false
      if (end) return true
      cursor = next
    }
  }

  // ── what came meanwhile ────────────────────────────────────────────────────────────────────────────────────────────

  /** Tells what came meanwhile until nothing is left. False where it must begin anew, or is over. */
  private async goLive(beginning: Beginning): Promise<boolean> {
    const { subscription, known } = beginning
    for (;;) {
      const held = subscription.held!
      if (held.overflown) return this.goLiveFromLog(beginning)
      const changes = held.shift()
      if (changes) {
        if (!(await this.tellChanges(beginning, changes))) return false
      } else if (!this.isCurrent(beginning)) {
        if (!(await this.settle(beginning))) return false
      } else if (this.feed.hasReached(known)) {
        // Nothing may come between the last look and this.
        this.feed.admit(subscription)
        this.notices.tellReady(subscription)
        return true
      } else await this.feed.nextPage(subscription)
    }
  }

  /** So much came meanwhile that it was not kept. */
  private async goLiveFromLog(beginning: Beginning): Promise<boolean> {
    const from = await this.feed.hold(beginning.subscription)
    const again = { ...beginning, from }
    return (await this.catchUp(again, beginning.from)) && this.goLive(again)
  }

  /** False where rights changed, so that what was told before may no longer hold. */
  private async tellChanges(beginning: Beginning, changes: readonly Change[]): Promise<boolean> {
    const { subscription, known, mark } = beginning
    const { view, principal } = subscription
    const page = this.courts.statesOf(changes)
    const own = (await page.of(view.collection)).filter(
      ({ change }) => !isSeen(known, change) && (view.record ?? change.recordId) === change.recordId,
    )
    const told = await this.turns.take(() => judgeChanges(view, own, page, principal, this.courts.open()))
    return this.tellAll(
      beginning,
      told.map((one) => toEvent(one, view, mark, this.log)),
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
    return !subscription.closed && !this.rights.isStale(subscription) && subscription.view.key === key
  }

  /** Gives it the view of now. False where that is another one, or it is over. */
  private async settle({ subscription, key }: Beginning): Promise<boolean> {
    if (subscription.closed) return false
    await this.rights.renew(subscription)
    return !subscription.closed && subscription.view.key === key
  }
}
