import { Injectable } from '@nestjs/common'
import type { ChangeCursor, ChangePage, Sight } from '../../changes/index.js'
import { Courts } from '../judge/courts.js'
import { LogPages } from './log-pages.js'
import { OpenSubscriptions } from './open-subscriptions.js'
import { HeldChanges, type Subscription } from './subscription.js'
import { SubscriptionRights } from './subscription-rights.js'
import { Teller } from './teller.js'

/** Takes subscriptions in, and hands them the pages of the log: rights first, then what has changed. */
@Injectable()
export class Feed {
  constructor(
    private readonly pages: LogPages,
    private readonly open: OpenSubscriptions,
    private readonly rights: SubscriptionRights,
    private readonly teller: Teller,
    private readonly courts: Courts,
  ) {}

  /** From now on changes wait for it. Gives what the feed had read by then. */
  async hold(subscription: Subscription): Promise<ChangeCursor> {
    this.open.beginning.add(subscription)
    this.pages.follow((page, isLeft) => this.take(page, isLeft))
    while (!this.pages.isBetween) await this.nextPage(subscription)
    subscription.held = new HeldChanges(subscription.view.collection.id)
    return this.pages.position!
  }

  /** It is told of what comes next; between two pages only. */
  admit(subscription: Subscription): void {
    subscription.held = undefined
    this.open.beginning.delete(subscription)
    subscription.toldPage = this.pages.count
    this.open.live.add(subscription)
    this.open.groups.add(subscription)
  }

  /** Resolves once another page has been told. @throws when the subscription is over */
  async nextPage(subscription: Subscription): Promise<void> {
    await this.pages.next()
    if (subscription.closed) throw new Error('The subscription is over')
  }

  /** Had the feed read all that a snapshot sees? */
  hasReached(sight: Sight): boolean {
    return this.pages.hasReached(sight)
  }

  private async take({ changes, broken }: ChangePage, isLeft: () => boolean): Promise<void> {
    if (broken) this.breakOff()
    if (changes.length > 0) this.note(changes)
    const states = this.courts.statesOf(changes)
    do {
      await this.rights.settle()
    } while (changes.length > 0 && !(await this.teller.deliver(changes, states, isLeft)))
  }

  /** Nobody can be told what is lost: all read anew. */
  private breakOff(): void {
    for (const { held } of this.open.beginning) held?.overflow()
    for (const member of [...this.open.live]) this.rights.beginAnew(member)
  }

  /** For those that are beginning, and for the rights of all. */
  private note(changes: ChangePage['changes']): void {
    for (const { held } of this.open.beginning) held?.push(changes)
    if (this.open.noteValues(changes)) this.rights.unsettled = true
  }
}
