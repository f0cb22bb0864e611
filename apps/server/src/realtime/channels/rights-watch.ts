import { setTimeout as sleep } from 'node:timers/promises'
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common'
import { type ChangePage, ChangeTailer } from '../../changes/index.js'
import { Log } from '../../platform/log/index.js'
import { ChannelKinds } from './channel-kinds.js'
import type { Rights } from './channel-rights.js'
import type { Member } from './member.js'
import type { Membership } from './membership.js'

const batchSize = 1000
const retryMs = 200
/** Changes in other collections are gathered for so long, and for five times as long as asking took. */
const gatherMs = 100
/** Time and collections that log no changes may open and close channels too. */
const sweepMs = 60_000

/**
 * Keeps the rights of members those of today: they are asked again when the definitions or the schema change, when who is
 * asking changes, and when the change log tells of a change in what the rules look at.
 */
@Injectable()
export class RightsWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  private membership!: Membership
  private onRights: (member: Member, rights: Rights) => void = () => {}
  private readonly doubted = new Set<Member>()
  private readonly doubtedKinds = new Set<string>()
  private asking = false
  private askingMs = 0
  private following = false
  private followed = false
  private gathering: NodeJS.Timeout | undefined
  private sweep: NodeJS.Timeout | undefined
  private stopped = false

  constructor(
    private readonly kinds: ChannelKinds,
    private readonly tailer: ChangeTailer,
    private readonly log: Log,
  ) {
    kinds.definitions.onChange(() => this.doubt(this.membership?.all() ?? []))
  }

  /** Calls `onRights` with the rights of a member whenever they were asked again. */
  start(membership: Membership, onRights: (member: Member, rights: Rights) => void): void {
    this.membership = membership
    this.onRights = onRights
  }

  onApplicationBootstrap(): void {
    this.sweep = setInterval(() => this.doubt(this.ofRecords()), sweepMs)
  }

  onApplicationShutdown(): void {
    this.stopped = true
    clearInterval(this.sweep)
    clearTimeout(this.gathering)
  }

  /** From now on changes of records are heard of. Until the first is, those who are let in are asked about again. */
  follow(): void {
    if (this.following) return
    this.following = true
    this.tailer.follow((page) => this.notice(page))
  }

  /** Rights that no record decides about hold at once, the others once PostgreSQL was asked. */
  doubt(members: Iterable<Member>): void {
    for (const member of [...members]) {
      member.doubt()
      if (!member.isIn) continue
      const rights = this.kinds.findFixed(questionOf(member))
      if (rights) this.settle(member, rights)
      else this.doubted.add(member)
    }
    void this.askDoubted()
  }

  /** The rights of somebody who is about to be let in, as they are when this returns. */
  async admit(member: Member): Promise<void> {
    for (;;) {
      const { question } = member
      const [rights] = await this.kinds.ask([questionOf(member)])
      if (member.question !== question) continue
      return member.settle(rights!)
    }
  }

  // ── steps ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  private notice({ changes, broken }: ChangePage): void {
    if (!this.followed || broken) {
      this.followed = true
      this.doubt(this.ofRecords())
    }
    if (changes.length === 0) return
    const byCollection = Map.groupBy(changes, ({ collectionId }) => collectionId)
    for (const [collectionId, ofCollection] of byCollection) {
      const ids = new Set(ofCollection.map(({ recordId }) => recordId))
      for (const kind of this.kinds.definitions.kindsOf(collectionId))
        for (const id of ids) this.doubt(this.membership.membersOf(`${kind}/${id}`))
      if (collectionId === this.kinds.usersId)
        this.doubt([...this.membership.ofUsers(ids)].filter(({ channel }) => this.dependsOnUser(channel)))
    }
    for (const kind of this.kinds.definitions.kindsOfRecords())
      if ([...byCollection.keys()].some((id) => this.kinds.dependenciesOf(kind)?.collectionIds.has(id)))
        this.gather(kind)
  }

  private dependsOnUser(channel: string): boolean {
    return this.kinds.dependenciesOf(channel.split('/')[0]!)?.ofUser === true
  }

  private ofRecords(): Member[] {
    return [...this.membership.all()].filter(({ channel }) => channel.includes('/'))
  }

  private gather(kind: string): void {
    this.doubtedKinds.add(kind)
    this.gathering ??= setTimeout(
      () => {
        this.gathering = undefined
        const kinds = [...this.doubtedKinds]
        this.doubtedKinds.clear()
        for (const doubtedKind of kinds) this.doubt(this.membership.ofKind(doubtedKind))
      },
      Math.max(gatherMs, 5 * this.askingMs),
    )
  }

  /** Asks until nobody is doubted. While PostgreSQL does not answer, members get nothing after a moment of grace. */
  private async askDoubted(): Promise<void> {
    if (this.asking) return
    this.asking = true
    while (this.doubted.size > 0 && !this.stopped) {
      const batch = [...this.doubted].slice(0, batchSize)
      for (const member of batch) this.doubted.delete(member)
      try {
        await this.askFor(batch.filter(({ isGone }) => !isGone))
      } catch (error) {
        if (!this.stopped) this.log.warn({ err: error }, 'the rights in channels could not be asked')
        for (const member of batch) this.doubted.add(member)
        await sleep(retryMs)
      }
    }
    this.asking = false
  }

  private async askFor(members: readonly Member[]): Promise<void> {
    const questions = members.map(({ question }) => question)
    const startedMs = Date.now()
    const rights = await this.kinds.ask(members.map(questionOf))
    this.askingMs = Date.now() - startedMs
    for (const [index, member] of members.entries())
      if (member.question === questions[index]) this.settle(member, rights[index]!)
  }

  private settle(member: Member, rights: Rights): void {
    if (!member.isGone) this.onRights(member, rights)
  }
}

const questionOf = ({ connection, channel }: Member) => ({ principal: connection.receiver.principal, name: channel })
