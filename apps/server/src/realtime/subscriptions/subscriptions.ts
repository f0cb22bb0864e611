import { Injectable } from '@nestjs/common'
import { ChangeLog } from '../../changes/index.js'
import { invalidAt } from '../../lib/index.js'
import type { FollowsPrincipal, Receiver } from '../receiver.js'
import { Views } from '../view/views.js'
import { Beginnings, type Start } from './beginnings.js'
import { OpenSubscriptions } from './open-subscriptions.js'
import type { RawSubscription } from './parse-subscribe.js'
import { Subscription } from './subscription.js'
import { SubscriptionRights } from './subscription-rights.js'

/** Who is told of what. Transports hand in their receivers, and say when somebody else is behind one. */
@Injectable()
export class Subscriptions implements FollowsPrincipal {
  private readonly byReceiver = new Map<Receiver, Map<string, Subscription>>()

  constructor(
    private readonly open: OpenSubscriptions,
    private readonly rights: SubscriptionRights,
    private readonly beginnings: Beginnings,
    private readonly views: Views,
    private readonly log: ChangeLog,
  ) {}

  /**
   * Checks what is asked for and begins to tell it, after this has resolved: a snapshot or what was missed, `ready`, then
   * what happens. What goes wrong later is an `error` reply with the name of the subscription, which is then over.
   * @throws as a list of the collection does; realtime_unavailable; invalid_cursor; invalid_value for a name in use
   */
  async subscribe(receiver: Receiver, name: string, raw: RawSubscription): Promise<{ close(): void }> {
    const own = this.byReceiver.get(receiver) ?? this.welcome(receiver)
    refuseTaken(name, own)
    const { principal } = receiver
    const start: Start =
      raw.since === undefined ? { kind: 'now' } : { kind: 'since', ...this.log.openMarked(raw.since) }
    const view = await this.views.build(principal, raw)
    const subscription = new Subscription(receiver, name, raw, view, principal)
    const close = (): void => this.close(subscription)
    if (!this.byReceiver.has(receiver)) return { close }
    refuseTaken(name, own)
    own.set(name, subscription)
    setImmediate(() => this.beginnings.begin(subscription, start))
    return { close }
  }

  /** False where there is no such subscription. */
  unsubscribe(receiver: Receiver, name: string): boolean {
    const subscription = this.byReceiver.get(receiver)?.get(name)
    if (!subscription || subscription.closed) return false
    this.close(subscription)
    return true
  }

  async principalChanged(receiver: Receiver): Promise<void> {
    const own = [...(this.byReceiver.get(receiver)?.values() ?? [])]
    await Promise.all(own.map((subscription) => this.rights.settleOne(subscription)))
  }

  private welcome(receiver: Receiver): Map<string, Subscription> {
    const own = new Map<string, Subscription>()
    this.byReceiver.set(receiver, own)
    receiver.onClose(() => {
      this.byReceiver.delete(receiver)
      for (const subscription of own.values()) this.open.remove(subscription)
    })
    return own
  }

  private close(subscription: Subscription): void {
    const own = this.byReceiver.get(subscription.receiver)
    if (own?.get(subscription.name) === subscription) own.delete(subscription.name)
    this.open.remove(subscription)
  }
}

/** Those that have ended make room. @throws invalid_value */
function refuseTaken(name: string, own: Map<string, Subscription>): void {
  for (const [other, { closed }] of own) if (closed) own.delete(other)
  if (own.has(name)) throw invalidAt('invalid_value', 'id', `There is a subscription ${name} already`)
}
