import { Injectable } from '@nestjs/common'
import { type Change, ChangeLog } from '../../changes/index.js'
import { SchemaCache } from '../../collections/index.js'
import { Log } from '../../platform/log/index.js'
import { Courts } from '../judge/courts.js'
import { type Court, judgeChanges, type Told } from '../judge/judge-changes.js'
import type { PageStates } from '../judge/page-states.js'
import type { Turn } from '../judge/turn.js'
import type { EventText } from '../receiver.js'
import { toEvent } from './event-text.js'
import type { Group } from './groups.js'
import { LogPages } from './log-pages.js'
import { OpenSubscriptions } from './open-subscriptions.js'
import { SubscriptionRights } from './subscription-rights.js'

/** Tells live subscriptions of the changes of a page: groups → judged → told. */
@Injectable()
export class Teller {
  constructor(
    private readonly open: OpenSubscriptions,
    private readonly rights: SubscriptionRights,
    private readonly pages: LogPages,
    private readonly courts: Courts,
    private readonly schemas: SchemaCache,
    private readonly log: ChangeLog,
    private readonly logger: Log,
  ) {}

  /** False when rights changed meanwhile: those who were not told yet must be looked at again. */
  async deliver(changes: readonly Change[], states: PageStates, isLeft: () => boolean): Promise<boolean> {
    const court = this.courts.open()
    for (const [group, records] of this.open.groups.concerned(changes)) {
      if (![...group.members].some(({ toldPage }) => toldPage < this.pages.count)) continue
      const told = await this.judge(group, records, states, court)
      if (isLeft()) return true
      if (!(await this.tell(group, told, court.turn))) return false
    }
    return !this.rights.unsettled
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
      if (member.toldPage === this.pages.count || !members.has(member)) continue
      if (this.rights.isStale(member)) this.rights.unsettled = true
      if (this.rights.unsettled) return false
      member.toldPage = this.pages.count
      if (told) for (const event of events) member.tell(event)
      else this.rights.beginAnew(member)
      await turn.give()
    }
    return true
  }
}
