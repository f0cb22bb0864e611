import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common'
import {
  type ChangeCursor,
  ChangeLog,
  type ChangePage,
  ChangeTailer,
  covers,
  hasRead,
  type Sight,
} from '../../changes/index.js'
import { SchemaCache } from '../../collections/index.js'
import { Database, findTextOrder } from '../../platform/db/index.js'
import { Log } from '../../platform/log/index.js'
import { LiveRecords } from '../../records/index.js'
import { toErrorReply } from '../error-reply.js'
import { type Court, judgeChanges, type Told } from '../judge/judge-changes.js'
import { PageStates } from '../judge/page-states.js'
import { Turn } from '../judge/turn.js'
import type { EventText } from '../receiver.js'
import type { View } from '../view/view.js'
import { Views } from '../view/views.js'
import { eventText, toEvent } from './event-text.js'
import { type Group, Groups } from './groups.js'
import { HeldChanges, type Subscription } from './subscription.js'

/** The mark of ids before `ready`, where there is a snapshot: going on from there would miss the rest of it. */
export const unfinished = 'unfinished'

/** Who was told nothing for so long gets a position, so that going on after a break never begins far back. */
const silentMs = 15_000
const sweepEveryMs = 5000

/** Hands the pages of the log to live subscriptions: changes → groups → judged → told. */
@Injectable()
export class Feed implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly groups = new Groups()
  private readonly beginning = new Set<Subscription>()
  private readonly live = new Set<Subscription>()
  /** Begins a subscription whose receiver was told to read anew. */
  private restart: (subscription: Subscription) => void = () => {}
  private unfollow: (() => void) | undefined
  /** Ends with the page that is being told, or the next one. */
  private paging = Promise.withResolvers<void>()
  private taking = false
  private position: ChangeCursor | undefined
  private page = 0
  /** Counts the times it was followed: what was still being told when all had gone is for nobody who came later. */
  private generation = 0
  /** Rules, roles or values of callers may have changed. */
  private unsettled = false
  private timer: NodeJS.Timeout | undefined
  private texts: Court['texts']

  constructor(
    private readonly tailer: ChangeTailer,
    private readonly log: ChangeLog,
    private readonly records: LiveRecords,
    private readonly views: Views,
    private readonly schemas: SchemaCache,
    private readonly db: Database,
    private readonly logger: Log,
  ) {
    schemas.onChange(() => this.unsettle())
  }

  async onApplicationBootstrap(): Promise<void> {
    this.texts = await findTextOrder(this.db)
    this.timer = setInterval(() => this.tellPositions(), sweepEveryMs).unref()
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer)
    this.unfollow?.()
  }

  onRestart(restart: (subscription: Subscription) => void): void {
    this.restart = restart
  }

  /** Looks at the rights of all before anything more is told. */
  unsettle(): void {
    this.unsettled = true
  }

  // ── coming and going ───────────────────────────────────────────────────────────────────────────────────────────────

  /** From now on changes wait for it. Gives what the feed had read by then. */
  async hold(subscription: Subscription): Promise<ChangeCursor> {
    this.beginning.add(subscription)
    this.unfollow ??= this.follow()
    while (!this.isBetweenPages) await this.nextPage(subscription)
    subscription.held = new HeldChanges(subscription.view.collection.id)
    return this.position!
  }

  /** It is told of what comes next; between two pages only. */
  admit(subscription: Subscription): void {
    subscription.held = undefined
    this.beginning.delete(subscription)
    subscription.toldPage = this.page
    this.live.add(subscription)
    this.groups.add(subscription)
  }

  /** Resolves once another page has been told. @throws when the subscription is over */
  async nextPage(subscription: Subscription): Promise<void> {
    this.tailer.look()
    await this.paging.promise
    if (subscription.closed) throw new Error('The subscription is over')
  }

  /** Nothing is being told, and the feed stands at a place that a snapshot knows. */
  get isBetweenPages(): boolean {
    return !this.taking && this.position !== undefined && this.position.round === undefined
  }

  /** Had the feed read all that a snapshot sees? */
  hasReached(sight: Sight): boolean {
    return this.isBetweenPages && covers(this.position!, sight)
  }

  remove(subscription: Subscription): void {
    subscription.closed = true
    this.beginning.delete(subscription)
    this.takeOut(subscription)
    if (this.live.size + this.beginning.size > 0) return
    this.unfollow?.()
    this.unfollow = undefined
    this.generation += 1
    this.position = undefined
    this.turnPage()
  }

  private takeOut(subscription: Subscription): void {
    if (this.live.delete(subscription)) this.groups.remove(subscription)
  }

  private follow(): () => void {
    let following = true
    const stop = this.tailer.follow(async (page) => {
      if (!following) return
      this.taking = true
      if (page.broken) this.breakOff()
      await this.take(this.withoutKnown(page))
      if (!following) return
      this.taking = false
      this.position = page.next
      this.turnPage()
    })
    return () => {
      following = false
      this.taking = false
      stop()
    }
  }

  /** A page is read again when somebody else who follows the log failed on it. */
  private withoutKnown(page: ChangePage): ChangePage {
    const { position } = this
    return position ? { ...page, changes: page.changes.filter((change) => !hasRead(position, change)) } : page
  }

  /** Lets those go on who waited for the end of a page. */
  private turnPage(): void {
    const { resolve } = this.paging
    this.paging = Promise.withResolvers()
    resolve()
  }

  // ── rights ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Were its view made by other rules, or for somebody else, than there are now? */
  isStale({
    view,
    principal,
    receiver,
    outdated,
  }: Pick<Subscription, 'view' | 'principal' | 'receiver' | 'outdated'>): boolean {
    return outdated || view.schema !== this.schemas.current || principal !== receiver.principal
  }

  /** Gives it the view of now. True when that is another one. @throws when it may read nothing any more */
  async renew(subscription: Subscription): Promise<boolean> {
    const { key } = subscription.view
    if (this.isStale(subscription)) Object.assign(subscription, await this.viewOfNow(subscription))
    return subscription.view.key !== key
  }

  private async viewOfNow(subscription: Subscription): Promise<Pick<Subscription, 'view' | 'principal'>> {
    for (;;) {
      const { principal } = subscription.receiver
      subscription.outdated = false
      const view = await this.views.build(principal, subscription.raw)
      if (!this.isStale({ ...subscription, view, principal })) return { view, principal }
    }
  }

  /** Resolves once the subscription is told by the rights of now, or told to read anew, or that it is over. */
  settleOne(subscription: Subscription): Promise<void> {
    if (subscription.closed || !this.isStale(subscription)) return Promise.resolve()
    const work = this.live.has(subscription) ? this.renewLive : this.renewBeginning
    subscription.settling ??= work.call(this, subscription).finally(() => {
      subscription.settling = undefined
    })
    return subscription.settling
  }

  private async settle(): Promise<void> {
    while (this.unsettled) {
      this.unsettled = false
      for (const subscription of [...this.live]) await this.settleOne(subscription)
    }
  }

  /** It stays where it is until the new view is there: nothing is told to it meanwhile, and nothing is missed. */
  private async renewLive(subscription: Subscription): Promise<void> {
    try {
      const { key } = subscription.view
      const renewed = await this.viewOfNow(subscription)
      if (subscription.closed) return
      this.groups.remove(subscription)
      Object.assign(subscription, renewed)
      if (subscription.view.key !== key) {
        this.takeOut(subscription)
        return this.resetAndRestart(subscription)
      }
      this.groups.add(subscription)
      // Pages that are being told now did not know of it in this group.
      this.unsettled = true
    } catch (error) {
      this.end(subscription, error)
    }
  }

  private async renewBeginning(subscription: Subscription): Promise<void> {
    try {
      const changed = await this.renew(subscription)
      // Whoever brings it on its way sees for themselves that it must begin anew.
      if (changed && this.position && !subscription.closed) this.tellReset(subscription)
    } catch (error) {
      this.end(subscription, error)
    }
  }

  private resetAndRestart(subscription: Subscription): void {
    this.tellReset(subscription)
    this.restart(subscription)
  }

  /** What it was told before may no longer hold. */
  tellReset(subscription: Subscription): void {
    const mark = subscription.raw.snapshot ? unfinished : subscription.view.key
    subscription.tell(this.mark(subscription, 'reset', mark))
  }

  tellReady(subscription: Subscription): void {
    subscription.tell(this.mark(subscription, 'ready', subscription.view.key))
  }

  private mark({ view }: Subscription, type: 'reset' | 'ready', mark: string): EventText {
    return eventText(this.log.seal(this.position!, mark), type, view.collection.name, new Date().toISOString())
  }

  /** Tells what is wrong, and no more. */
  end(subscription: Subscription, error: unknown): void {
    if (subscription.closed) return
    this.remove(subscription)
    subscription.receiver.sendReply(toErrorReply(error, { subscription: subscription.name }, this.logger))
  }

  // ── pages ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  private async take(page: ChangePage): Promise<void> {
    const { generation } = this
    this.page += 1
    if (page.changes.length > 0) {
      for (const { held } of this.beginning) held?.push(page)
      this.noteValues(page)
    }
    const states = new PageStates(page.changes, this.records)
    do {
      await this.settle()
    } while (page.changes.length > 0 && !(await this.deliver(page, states, generation)))
  }

  /** Nobody can be told what is lost: all read anew. */
  private breakOff(): void {
    for (const { held } of this.beginning) held?.overflow()
    for (const member of [...this.live]) this.loseTrack(member)
  }

  /** Who changed in a way that decides what `$user.<path>` stands for? */
  private noteValues({ changes }: ChangePage): void {
    const users = this.schemas.current.collections.get('users')?.id
    const note = ({ watches }: View, members: Iterable<Subscription>): void => {
      const watched = watches.size === 0 ? [] : changes.filter(({ collectionId }) => watches.has(collectionId))
      if (watched.length === 0) return
      const everybody = watched.some(({ collectionId }) => collectionId !== users)
      const ids = new Set(watched.map(({ recordId }) => recordId))
      for (const member of members) {
        const { principal } = member
        member.outdated ||= everybody || (principal.kind === 'user' && ids.has(principal.userId))
        this.unsettled ||= member.outdated
      }
    }
    for (const { view, members } of this.groups.all()) note(view, members)
    for (const subscription of this.beginning) note(subscription.view, [subscription])
  }

  /** False when rights changed meanwhile: those who were not told yet must be looked at again. */
  private async deliver(page: ChangePage, states: PageStates, generation: number): Promise<boolean> {
    const court = this.court()
    for (const [group, records] of this.groups.concerned(page.changes)) {
      if (![...group.members].some(({ toldPage }) => toldPage < this.page)) continue
      const told = await this.judge(group, records, states, court)
      if (generation !== this.generation) return true
      if (!(await this.tell(group, told, court.turn))) return false
    }
    return !this.unsettled
  }

  court(): Court {
    return { live: this.records, texts: this.texts, turn: new Turn() }
  }

  /** Undefined where it could not be found out. */
  private async judge(
    { view, members }: Group,
    records: ReadonlySet<string> | undefined,
    states: PageStates,
    court: Court,
  ): Promise<readonly Told[] | undefined> {
    const [member] = members
    if (!member) return []
    try {
      const all = await states.of(view.collection)
      const changes = records ? all.filter(({ change }) => records.has(change.recordId)) : all
      return await this.schemas.consistently(() => judgeChanges(view, changes, states, member.principal, court))
    } catch (error) {
      this.logger.warn({ err: error }, 'changes could not be judged: those who are told of them must read anew')
      return undefined
    }
  }

  /** False when somebody's rights have changed: they, and who comes after them, are not told yet. */
  private async tell({ view, members }: Group, told: readonly Told[] | undefined, turn: Turn): Promise<boolean> {
    const events: EventText[] = []
    for (const one of told ?? []) {
      events.push(toEvent(one, view, view.key, this.log))
      await turn.give()
    }
    for (const member of [...members]) {
      if (member.toldPage === this.page || !members.has(member)) continue
      if (this.isStale(member)) this.unsettled = true
      if (this.unsettled) return false
      member.toldPage = this.page
      if (told) for (const event of events) member.tell(event)
      else this.loseTrack(member)
      await turn.give()
    }
    return true
  }

  private loseTrack(member: Subscription): void {
    this.takeOut(member)
    this.resetAndRestart(member)
  }

  private tellPositions(): void {
    if (!this.position) return
    const nowMs = performance.now()
    for (const { view, members } of this.groups.all()) {
      let id: string | undefined
      for (const member of members) {
        if (member.silentMs(nowMs) < silentMs) continue
        id ??= this.log.seal(this.position, view.key)
        member.tellPosition(id)
      }
    }
  }
}
