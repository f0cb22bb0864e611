import { Injectable } from '@nestjs/common'
import type { Change } from '../../changes/index.js'
import { SchemaCache } from '../../collections/index.js'
import type { View } from '../view/view.js'
import { Groups } from './groups.js'
import { LogPages } from './log-pages.js'
import type { Subscription } from './subscription.js'

/** The subscriptions of this node: those that are beginning, and those that are live. The log is followed for their sake. */
@Injectable()
export class OpenSubscriptions {
  readonly groups = new Groups()
  readonly beginning = new Set<Subscription>()
  readonly live = new Set<Subscription>()

  constructor(
    private readonly pages: LogPages,
    private readonly schemas: SchemaCache,
  ) {}

  /** It is told nothing any more, until it has begun again. */
  takeOut(subscription: Subscription): void {
    if (this.live.delete(subscription)) this.groups.remove(subscription)
  }

  /** It is over. */
  remove(subscription: Subscription): void {
    subscription.closed = true
    this.beginning.delete(subscription)
    this.takeOut(subscription)
    if (this.live.size + this.beginning.size === 0) this.pages.leave()
  }

  /** Marks who changed in a way that decides what `$user.<path>` stands for. True where somebody is marked. */
  noteValues(changes: readonly Change[]): boolean {
    const users = this.schemas.current.collections.get('users')?.id
    let outdated = false
    const note = ({ watches }: View, members: Iterable<Subscription>): void => {
      const watched = watches.size === 0 ? [] : changes.filter(({ collectionId }) => watches.has(collectionId))
      if (watched.length === 0) return
      const everybody = watched.some(({ collectionId }) => collectionId !== users)
      const ids = new Set(watched.map(({ recordId }) => recordId))
      for (const member of members) {
        const { principal } = member
        member.outdated ||= everybody || (principal.kind === 'user' && ids.has(principal.userId))
        outdated ||= member.outdated
      }
    }
    for (const { view, members } of this.groups.all()) note(view, members)
    for (const subscription of this.beginning) note(subscription.view, [subscription])
    return outdated
  }
}
