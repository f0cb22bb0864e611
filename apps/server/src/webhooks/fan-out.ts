import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common'
import { type Change, ChangeLog, type ChangePage, ChangeSignals } from '../changes/index.js'
import type { Field } from '../collections/index.js'
import { newId } from '../lib/index.js'
import { Database, type Executor, findTextOrder } from '../platform/db/index.js'
import { Log } from '../platform/log/index.js'
import type { MatchContext } from '../query/index.js'
import { Activity } from './activity.js'
import { askMatches } from './ask-matches.js'
import { moveConsumer, readConsumer, tryLockFanOut } from './consumer.js'
import { insertDeliveries, type NewDelivery } from './delivery-store.js'
import { DeliveryWorker } from './delivery-worker.js'
import type { Endpoint, StoredWebhook } from './endpoint.js'
import { Endpoints } from './endpoints.js'
import { matchChange } from './match-change.js'
import { readLists } from './read-lists.js'
import { isList, renderPayload } from './render-payload.js'
import { WakeUp } from './wake-up.js'
import { listEnabled } from './webhook-store.js'

const pageSize = 500
/** Nobody may have told of a change: psql does not. */
const pollMs = 1000
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
  private storedAtMs = 0

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

  private start(): void {
    this.running ??= this.run().finally(() => {
      this.running = undefined
      if (this.activity.active && !this.stopped) this.start()
    })
  }

  private async run(): Promise<void> {
    while (this.activity.active && !this.stopped) {
      const outcome = await this.fanOut().catch((err: unknown): Outcome => {
        this.log.warn({ err }, 'changes could not be turned into deliveries; trying again')
        return 'end'
      })
      if (outcome === 'end') await this.alarm.sleep(pollMs)
    }
  }

  private async fanOut(): Promise<Outcome> {
    const outcome = await this.db.transaction(async (tx): Promise<Outcome> => {
      if (!(await tryLockFanOut(tx))) return 'end'
      const cursor = await readConsumer(tx)
      if (!cursor) return 'end'
      const read = await this.readPage(tx, cursor)
      if (!read) return 'more'
      const deliveries = await this.planDeliveries(tx, read.page.changes, read.webhooks)
      await insertDeliveries(tx, deliveries)
      if (deliveries.length > 0 || read.page.changes.length > 0 || Date.now() - this.storedAtMs > storeEveryMs) {
        await moveConsumer(tx, read.page.next)
        this.storedAtMs = Date.now()
      }
      return read.page.end ? 'end' : 'more'
    })
    this.worker.wake()
    return outcome
  }

  /**
   * A page of the collections that webhooks are about, and the webhooks there were once it was read: a change that was made
   * after a webhook was answered never meets a list without it.
   */
  private async readPage(
    tx: Executor,
    cursor: Parameters<ChangeLog['read']>[0],
  ): Promise<{ page: ChangePage; webhooks: readonly StoredWebhook[] } | undefined> {
    const collectionsOf = (webhooks: readonly StoredWebhook[]) => [
      ...new Set(webhooks.map(({ collectionId }) => collectionId)),
    ]
    const collectionIds = collectionsOf(await listEnabled(tx))
    const page = await this.changes.read(cursor, { limit: pageSize, collectionIds })
    const webhooks = await listEnabled(tx)
    const complete = collectionsOf(webhooks).every((id) => collectionIds.includes(id))
    return complete ? { page, webhooks } : undefined
  }

  private async planDeliveries(
    tx: Executor,
    changes: readonly Change[],
    webhooks: readonly StoredWebhook[],
  ): Promise<NewDelivery[]> {
    if (changes.length === 0) return []
    const planned: NewDelivery[] = []
    for (const webhook of webhooks) {
      const own = changes.filter(
        ({ collectionId, tx: id }) => collectionId === webhook.collectionId && id >= webhook.fromTx,
      )
      const endpoint = own.length === 0 ? undefined : await this.endpoints.compileOrDisable(webhook)
      if (endpoint) planned.push(...(await this.deliver(tx, own, webhook, endpoint)))
    }
    return planned
  }

  private async deliver(
    tx: Executor,
    changes: readonly Change[],
    { id: webhook }: StoredWebhook,
    endpoint: Endpoint,
  ): Promise<NewDelivery[]> {
    const context = await this.matchContext()
    const judged = changes
      .filter(({ action }) => endpoint.events.has(action))
      .map((change) => ({ change, outcome: matchChange(change, endpoint.condition, context) }))
    const open = judged.filter(({ outcome }) => outcome === undefined).map(({ change }) => change)
    const asked = open.length === 0 ? new Set() : await askMatches(tx, open, endpoint)
    const meant = judged.filter(({ change, outcome }) => outcome || asked.has(change)).map(({ change }) => change)
    const lists = await readLists(tx, endpoint.fields.filter(isList), meant)
    const findList = (field: Field, recordId: string) => lists.get(field)?.get(recordId) ?? []
    return meant.map((change) => {
      const payload = renderPayload(change, endpoint, findList)
      const { position, recordId: record } = change
      return { id: newId(), webhook, position, record, event: payload.type, payload: JSON.stringify(payload) }
    })
  }

  private texts: ReturnType<typeof findTextOrder> | undefined

  private async matchContext(): Promise<MatchContext> {
    this.texts ??= findTextOrder(this.db)
    return { user: nobody, now: new Date(), texts: await this.texts }
  }
}

/** Filters of webhooks have no variables. */
const nobody = { roles: [], value: () => undefined }
