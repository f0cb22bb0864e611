import { setTimeout as sleep } from 'node:timers/promises'
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common'
import {
  type Change,
  type ChangeCursor,
  ChangeLog,
  type ChangePage,
  ChangeSignals,
  hasRead,
} from '../../changes/index.js'
import { Database, type Executor, findTextOrder } from '../../platform/db/index.js'
import { Log } from '../../platform/log/index.js'
import type { MatchContext } from '../../query/index.js'
import { insertDeliveries, type NewDelivery } from '../deliveries/delivery-store.js'
import { DeliveryWorker } from '../deliveries/delivery-worker.js'
import { Endpoints } from '../endpoints/endpoints.js'
import type { StoredWebhook } from '../endpoints/webhook.js'
import { listEnabled } from '../endpoints/webhook-store.js'
import { WakeUp } from '../wake-up.js'
import { Activity } from './activity.js'
import { moveConsumer, readConsumer, tryLockFanOut } from './consumer.js'
import { planDeliveries } from './plan-deliveries.js'

/** Changes of one page. Fewer after a failure: records may be so large that a page of them is more than one answer holds. */
const pageSize = 500
/** Nobody may have told of a change: psql does not. */
const pollMs = 1000
/** Changes that come within so many milliseconds make one page. */
const gatherMs = 20
/** Where nothing is to be delivered, the cursor is stored this often. */
const storeEveryMs = 10_000

/** What came of one look at the log. */
type Outcome = 'more' | 'end'

/**
 * Turns changes into deliveries: one node at a time reads the log on from the stored cursor and writes, in one transaction,
 * the deliveries of a page and the cursor behind it. So every change gives its deliveries once, whoever is killed when.
 */
@Injectable()
export class FanOut implements BeforeApplicationShutdown {
  private readonly alarm = new WakeUp()
  private running: Promise<void> | undefined
  private stopped = false
  private size = pageSize
  private storedAtMs = 0
  /** How far this node has read since the cursor that is stored, without finding anything to deliver. */
  private ahead: { readonly stored: string; readonly cursor: ChangeCursor } | undefined
  private texts: ReturnType<typeof findTextOrder> | undefined

  constructor(
    private readonly db: Database,
    private readonly changes: ChangeLog,
    private readonly endpoints: Endpoints,
    private readonly worker: DeliveryWorker,
    private readonly activity: Activity,
    private readonly log: Log,
    signals: ChangeSignals,
  ) {
    signals.onChange(() => this.alarm.wake())
    activity.onStart(() => this.start())
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true
    this.alarm.wake()
    await this.running
  }

  // ── steps ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  private start(): void {
    this.running ??= this.run().finally(() => {
      this.running = undefined
      if (this.activity.active && !this.stopped) this.start()
    })
  }

  private async run(): Promise<void> {
    while (this.activity.active && !this.stopped) {
      if ((await this.tryPage()) === 'more') continue
      await this.alarm.sleep(pollMs)
      await sleep(gatherMs)
    }
  }

  private async tryPage(): Promise<Outcome> {
    try {
      const outcome = await this.db.transaction((tx) => this.fanOut(tx))
      this.size = Math.min(pageSize, this.size * 2)
      this.worker.wake()
      return outcome
    } catch (err) {
      this.log.warn({ err }, 'changes could not be turned into deliveries; trying again')
      this.size = Math.ceil(this.size / 4)
      this.ahead = undefined
      return 'end'
    }
  }

  private async fanOut(tx: Executor): Promise<Outcome> {
    if (!(await tryLockFanOut(tx))) return 'end'
    const stored = await readConsumer(tx)
    if (!stored) return 'end'
    const read = await this.readPage(tx, this.whereToGoOn(stored))
    if (!read) return 'more'
    const { page, webhooks } = read
    if (page.broken) this.log.warn('changes are lost to webhooks: the log was trimmed, or the database was set back')
    const deliveries = await this.planAll(tx, page.changes, webhooks)
    await insertDeliveries(tx, deliveries)
    if (deliveries.length > 0 || page.broken || this.mayStore()) await this.store(tx, page.next)
    else this.ahead = { stored: JSON.stringify(stored), cursor: page.next }
    return page.end ? 'end' : 'more'
  }

  private mayStore(): boolean {
    return Date.now() - this.storedAtMs > storeEveryMs
  }

  /** What another node has stored meanwhile counts, and not what this one has read. */
  private whereToGoOn(stored: ChangeCursor): ChangeCursor {
    return this.ahead?.stored === JSON.stringify(stored) ? this.ahead.cursor : stored
  }

  private async store(tx: Executor, cursor: ChangeCursor): Promise<void> {
    await moveConsumer(tx, cursor)
    this.ahead = undefined
    this.storedAtMs = Date.now()
  }

  /**
   * A page of the collections that webhooks are about, and the webhooks there were once it was read: a change that was made
   * after a webhook was answered never meets a list without it.
   */
  private async readPage(
    tx: Executor,
    cursor: ChangeCursor,
  ): Promise<{ page: ChangePage; webhooks: readonly StoredWebhook[] } | undefined> {
    const collectionIds = collectionsOf(await listEnabled(tx))
    const page = await this.changes.read(cursor, { limit: this.size, collectionIds })
    const webhooks = await listEnabled(tx)
    return collectionsOf(webhooks).every((id) => collectionIds.includes(id)) ? { page, webhooks } : undefined
  }

  private async planAll(
    tx: Executor,
    changes: readonly Change[],
    webhooks: readonly StoredWebhook[],
  ): Promise<NewDelivery[]> {
    if (changes.length === 0) return []
    const context = await this.matchContext()
    const planned: NewDelivery[] = []
    for (const webhook of webhooks) {
      const own = changes.filter((change) => concerns(change, webhook))
      if (own.length > 0) planned.push(...(await this.planOne(tx, own, webhook, context)))
    }
    return planned
  }

  private async planOne(
    tx: Executor,
    changes: readonly Change[],
    webhook: StoredWebhook,
    context: MatchContext,
  ): Promise<NewDelivery[]> {
    const endpoint = await this.endpoints.compileOrDisable(webhook)
    if (!endpoint) return []
    try {
      const planned = await planDeliveries(tx, changes, webhook.id, endpoint, context)
      this.endpoints.praise(webhook)
      return planned
    } catch (error) {
      await this.endpoints.blame(webhook, error)
      throw error
    }
  }

  private async matchContext(): Promise<MatchContext> {
    this.texts ??= findTextOrder(this.db)
    return { user: nobody, now: new Date(), texts: await this.texts }
  }
}

/** Filters of webhooks have no variables. */
const nobody = { roles: [], value: () => undefined }

const collectionsOf = (webhooks: readonly StoredWebhook[]): string[] => [
  ...new Set(webhooks.map(({ collectionId }) => collectionId)),
]

/** Not what was committed before it was enabled; of a database that was restored since, all is new. */
const concerns = (change: Change, { collectionId, from }: StoredWebhook): boolean =>
  change.collectionId === collectionId && !(from.origin === change.cursor.origin && hasRead(from, change))
