import { limits } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import { type Change, type ChangeCursor, ChangeLog, hasRead } from '../changes/index.js'
import { LiveRecords } from '../records/index.js'
import { eventText, toEvent } from './event-text.js'
import { Feed, unfinished } from './feed.js'
import { judgeChanges } from './judge/judge-changes.js'
import { PageStates } from './judge/page-states.js'
import type { Subscription } from './subscription.js'

/** How a subscription begins: with what is, or after a cursor. */
export type Start =
  | { readonly kind: 'now' }
  | { readonly kind: 'since'; readonly cursor: ChangeCursor; readonly mark: string }

/** Was the change told already, or is it in the snapshot? */
type IsKnown = (change: Change) => boolean

const readUpTo =
  (cursor: ChangeCursor, known: IsKnown): IsKnown =>
  (change) =>
    hasRead(cursor, change) || known(change)

/**
 * Brings subscriptions to where they are live: what they missed or what there is, then what came meanwhile, without a gap
 * and nothing twice.
 */
@Injectable()
export class Beginnings {
  constructor(
    private readonly feed: Feed,
    private readonly log: ChangeLog,
    private readonly live: LiveRecords,
  ) {
    feed.onRestart((subscription) => void this.begin(subscription, { kind: 'now' }))
  }

  /** Never throws: what goes wrong is told. */
  async begin(subscription: Subscription, start: Start): Promise<void> {
    try {
      let next: Start | undefined = start
      while (next && !subscription.closed) next = await this.attempt(subscription, next)
    } catch (error) {
      this.feed.end(subscription, error)
    }
  }

  /** Undefined once it is live; else how to go on. */
  private async attempt(subscription: Subscription, start: Start): Promise<Start | undefined> {
    await this.feed.renew(subscription)
    const from = await this.feed.hold(subscription)
    const known =
      start.kind === 'since' ? await this.resume(subscription, start) : await this.tellSnapshot(subscription, from)
    const told = known !== undefined && (await this.tellHeld(subscription, from, known))
    if (subscription.closed) return undefined
    if (!told) {
      this.feed.tellReset(subscription)
      return { kind: 'now' }
    }
    this.feed.admit(subscription)
    this.feed.tellReady(subscription)
    return undefined
  }

  // ── what is ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Undefined where rights changed meanwhile. */
  private async tellSnapshot(subscription: Subscription, from: ChangeCursor): Promise<IsKnown | undefined> {
    const { view, principal, raw } = subscription
    if (!raw.snapshot) return () => false
    const { records, sees } = await this.live.snapshot(view.query, principal)
    const id = this.log.seal(from, unfinished)
    const at = new Date().toISOString()
    for (const record of records) {
      if (subscription.closed || (this.feed.isStale(subscription) && (await this.feed.renew(subscription))))
        return undefined
      const text = JSON.stringify(record)
      await subscription.tellPatiently(eventText(id, 'snapshot', view.collection.name, at, text))
    }
    return ({ tx }) => sees(tx)
  }

  // ── what was missed ────────────────────────────────────────────────────────────────────────────────────────────────

  /** Undefined where it cannot be told any more, or is for somebody with other rights. */
  private async resume(
    subscription: Subscription,
    { cursor, mark }: Extract<Start, { kind: 'since' }>,
  ): Promise<IsKnown | undefined> {
    if (mark !== subscription.view.key || !(await this.log.reaches(cursor))) return undefined
    const nothing = (): boolean => false
    const end = await this.catchUp(subscription, cursor, nothing)
    return end && readUpTo(end, nothing)
  }

  /** Tells what the log has after the cursor. Gives where it ended; undefined where it was too much, or rights changed. */
  private async catchUp(
    subscription: Subscription,
    from: ChangeCursor,
    known: IsKnown,
  ): Promise<ChangeCursor | undefined> {
    const collectionIds = [subscription.view.collection.id]
    let count = 0
    for (let cursor = from; !subscription.closed; ) {
      const { changes, next, end, broken } = await this.log.read(cursor, { collectionIds })
      count += changes.length
      if (broken || count > limits.missedChanges || !(await this.tellChanges(subscription, changes, known)))
        return undefined
      if (end) return next
      cursor = next
    }
    return undefined
  }

  // ── what came meanwhile ────────────────────────────────────────────────────────────────────────────────────────────

  /** False where it must begin anew. */
  private async tellHeld(subscription: Subscription, from: ChangeCursor, known: IsKnown): Promise<boolean> {
    for (;;) {
      if (subscription.closed) return true
      if (this.feed.isStale(subscription) && (await this.feed.renew(subscription))) return false
      if (subscription.held!.overflown) {
        const again = await this.feed.hold(subscription)
        const cursor = await this.catchUp(subscription, from, known)
        if (!cursor) return false
        return this.tellHeld(subscription, again, readUpTo(cursor, known))
      }
      const page = subscription.held!.shift()
      if (!page) return !this.feed.isStale(subscription) || !(await this.feed.renew(subscription))
      if (!(await this.tellChanges(subscription, page, known))) return false
    }
  }

  /** False where rights changed, so that what was told before may no longer hold. */
  private async tellChanges(subscription: Subscription, changes: readonly Change[], known: IsKnown): Promise<boolean> {
    const { view } = subscription
    const record = view.record
    const page = new PageStates(changes, this.live)
    const all = await page.of(view.collection)
    const own = all.filter(({ change }) => !known(change) && (record === undefined || change.recordId === record))
    const told = await judgeChanges(view, own, page, subscription.principal, this.feed.court())
    if (this.feed.isStale(subscription) && (await this.feed.renew(subscription))) return false
    for (const one of told) {
      if (subscription.closed) return true
      await subscription.tellPatiently(toEvent(one, subscription.view, this.log))
    }
    return true
  }
}
