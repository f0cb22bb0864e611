import { Injectable } from '@nestjs/common'
import { SchemaCache } from '../../collections/index.js'
import { Views } from '../view/views.js'
import { LogPages } from './log-pages.js'
import { Notices } from './notices.js'
import { OpenSubscriptions } from './open-subscriptions.js'
import type { Subscription } from './subscription.js'

/** Keeps the views of subscriptions to the rules, roles and values of now. */
@Injectable()
export class SubscriptionRights {
  /** Rules, roles or values of callers may have changed: nothing more is told before all are looked at. */
  unsettled = false
  /** Begins a subscription whose receiver was told to read anew. */
  private restart: (subscription: Subscription) => void = () => {}

  constructor(
    private readonly views: Views,
    private readonly schemas: SchemaCache,
    private readonly pages: LogPages,
    private readonly open: OpenSubscriptions,
    private readonly notices: Notices,
  ) {
    schemas.onChange(() => {
      this.unsettled = true
    })
  }

  onRestart(restart: (subscription: Subscription) => void): void {
    this.restart = restart
  }

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

  /** Resolves once the subscription is told by the rights of now, or told to read anew, or that it is over. */
  settleOne(subscription: Subscription): Promise<void> {
    if (subscription.closed || !this.isStale(subscription)) return Promise.resolve()
    const work = this.open.live.has(subscription) ? this.renewLive : this.renewBeginning
    subscription.settling ??= work.call(this, subscription).finally(() => {
      subscription.settling = undefined
    })
    return subscription.settling
  }

  /** Looks at the rights of all before anything more is told. */
  async settle(): Promise<void> {
    while (this.unsettled) {
      this.unsettled = false
      for (const subscription of [...this.open.live]) await this.settleOne(subscription)
    }
  }

  /** What it was told cannot be relied on: it reads anew. */
  beginAnew(subscription: Subscription): void {
    this.open.takeOut(subscription)
    this.notices.tellReset(subscription)
    this.restart(subscription)
  }

  private async viewOfNow(subscription: Subscription): Promise<Pick<Subscription, 'view' | 'principal'>> {
    for (;;) {
      const { principal } = subscription.receiver
      subscription.outdated = false
      const view = await this.views.build(principal, subscription.raw)
      if (!this.isStale({ ...subscription, view, principal })) return { view, principal }
    }
  }

  /** It stays where it is until the new view is there: nothing is told to it meanwhile, and nothing is missed. */
  private async renewLive(subscription: Subscription): Promise<void> {
    try {
      const { key } = subscription.view
      const renewed = await this.viewOfNow(subscription)
      if (subscription.closed) return
      this.open.groups.remove(subscription)
      Object.assign(subscription, renewed)
      if (subscription.view.key !== key) return this.beginAnew(subscription)
      this.open.groups.add(subscription)
      // Pages that are being told now did not know of it in this group.
      this.unsettled = true
    } catch (error) {
      this.notices.end(subscription, error)
    }
  }

  private async renewBeginning(subscription: Subscription): Promise<void> {
    try {
      const changed = await this.renew(subscription)
      // Whoever brings it on its way sees for themselves that it must begin anew.
      if (changed && this.pages.position && !subscription.closed) this.notices.tellReset(subscription)
    } catch (error) {
      this.notices.end(subscription, error)
    }
  }
}
