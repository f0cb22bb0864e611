import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common'
import { ChangeLog } from '../../changes/index.js'
import { Log } from '../../platform/log/index.js'
import { toErrorReply } from '../error-reply.js'
import { eventText } from './event-text.js'
import { LogPages } from './log-pages.js'
import { OpenSubscriptions } from './open-subscriptions.js'
import type { Subscription } from './subscription.js'

/** The mark of ids before `ready`, where there is a snapshot: going on from there would miss the rest of it. */
export const unfinished = 'unfinished'

/** Who was told nothing for so long gets a position, so that going on after a break never begins far back. */
const silentMs = 15_000
const sweepEveryMs = 5000

/** What subscriptions are told beside changes: where they stand. */
@Injectable()
export class Notices implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined

  constructor(
    private readonly log: ChangeLog,
    private readonly pages: LogPages,
    private readonly open: OpenSubscriptions,
    private readonly logger: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.tellPositions(), sweepEveryMs).unref()
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer)
  }

  /** What it was told before may no longer hold. */
  tellReset(subscription: Subscription): void {
    this.tell(subscription, 'reset', subscription.raw.snapshot ? unfinished : subscription.view.key)
  }

  tellReady(subscription: Subscription): void {
    this.tell(subscription, 'ready', subscription.view.key)
  }

  /** Tells what is wrong, and no more. */
  end(subscription: Subscription, error: unknown): void {
    if (subscription.closed) return
    this.open.remove(subscription)
    subscription.receiver.sendReply(toErrorReply(error, { subscription: subscription.name }, this.logger))
  }

  private tell(subscription: Subscription, type: 'reset' | 'ready', mark: string): void {
    const id = this.log.seal(this.pages.position!, mark)
    subscription.tell(eventText(id, type, subscription.view.collection.name, new Date().toISOString()))
  }

  private tellPositions(): void {
    const { position } = this.pages
    if (!position) return
    const nowMs = performance.now()
    for (const { view, members } of this.open.groups.all()) {
      let id: string | undefined
      for (const member of members) {
        if (member.silentMs(nowMs) < silentMs) continue
        id ??= this.log.seal(position, view.key)
        member.tellPosition(id)
      }
    }
  }
}
