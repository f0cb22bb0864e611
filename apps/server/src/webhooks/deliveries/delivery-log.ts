import { type DeliveryState, deliveryStates, type WebhookDelivery, type WebhookPayload } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import { type PageQuery, parsePageQuery } from '../../accounts/index.js'
import { Jobs } from '../../jobs/index.js'
import { AppError, invalidAt } from '../../lib/index.js'
import { Database, type Executor } from '../../platform/db/index.js'
import { type ErasedRecord, PersonalRecords } from '../../records/index.js'
import { noSuchWebhook } from '../endpoints/webhook.js'
import { findWebhook } from '../endpoints/webhook-store.js'
import { lockFanOut } from '../fan-out/consumer.js'
import { wakeWaiting } from './delivery-store.js'
import { DeliveryWorker } from './delivery-worker.js'

const keepDays = 30
const purgedAtOnce = 5000

export interface DeliveryQuery extends PageQuery {
  readonly state: DeliveryState | undefined
}

/** @throws invalid_query, invalid_cursor */
export function parseDeliveryQuery({ state, ...page }: Readonly<Record<string, unknown>>): DeliveryQuery {
  const known = deliveryStates.find((candidate) => candidate === state)
  if (state !== undefined && known === undefined)
    throw invalidAt('invalid_query', 'state', `state must be one of ${deliveryStates.join(', ')}`)
  return { ...parsePageQuery(page), state: known }
}

/** What was delivered, what was not and why; and sending it again. Kept for 30 days. */
@Injectable()
export class DeliveryLog {
  constructor(
    private readonly db: Database,
    private readonly worker: DeliveryWorker,
    jobs: Jobs,
    personal: PersonalRecords,
  ) {
    personal.onErase((tx, erased) => this.forgetRecords(tx, erased))
    jobs.define('webhooks.purge', { schedule: '23 * * * *' }, ({ signal }) => this.purge(signal))
  }

  /** The newest first, without what was sent. @throws not_found */
  async list(webhook: string, { state, limit, after }: DeliveryQuery): Promise<WebhookDelivery[]> {
    await this.require(webhook)
    const { rows } = await this.db.run({ text: list, values: [webhook, limit, after ?? null, state ?? null] })
    return rows.map(toDelivery)
  }

  /** @throws not_found */
  async get(webhook: string, id: string): Promise<WebhookDelivery> {
    const { rows } = await this.db.run({ text: get, values: [webhook, id] })
    const [row] = rows as unknown[][]
    if (!row) throw noSuchDelivery()
    return { ...toDelivery(row), payload: JSON.parse(row[8] as string) as WebhookPayload }
  }

  /** Sends it again as if it had never been tried, whatever became of it. @throws not_found */
  async resend(webhook: string, id: string): Promise<WebhookDelivery> {
    const { rowCount } = await this.db.run({ text: `${resend} and d.id = $2`, values: [webhook, id] })
    if (rowCount === 0) throw noSuchDelivery()
    await this.wakeWorker()
    return this.get(webhook, id)
  }

  /** Sends those again that were made in a span of time; answers how many. @throws not_found, validation_failed */
  async resendRange(webhook: string, from: Date, to: Date, states: readonly DeliveryState[]): Promise<number> {
    await this.require(webhook)
    if (to <= from) throw invalidAt('validation_failed', 'to', 'to must be later than from')
    const text = `${resend} and d.created_at >= $2 and d.created_at < $3 and d.state = any($4::text[])`
    const { rowCount } = await this.db.run({ text, values: [webhook, from.toISOString(), to.toISOString(), states] })
    await this.wakeWorker()
    return rowCount ?? 0
  }

  /** @throws not_found; conflict where it is no longer pending */
  async cancel(webhook: string, id: string): Promise<WebhookDelivery> {
    const { rowCount } = await this.db.run({ text: cancel, values: [webhook, id] })
    const delivery = await this.get(webhook, id)
    if (rowCount === 0) throw new AppError('conflict', `The delivery is ${delivery.state} and cannot be cancelled`)
    await this.wakeWorker()
    return delivery
  }

  /** Those that still wait stay, as long as their webhook is enabled. */
  async purge(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const { rowCount } = await this.db.run({ text: purge, values: [keepDays, purgedAtOnce] })
      if ((rowCount ?? 0) < purgedAtOnce) break
    }
    await this.db.run({ text: dropExpiredSecrets, values: [] })
  }

  /**
   * Of records that were erased, receivers are told the id and nothing else, and nothing else is kept. Changes that have been
   * read and not yet stored as deliveries would come after it, with all that was there.
   */
  private async forgetRecords(tx: Executor, erased: readonly ErasedRecord[]): Promise<void> {
    await lockFanOut(tx)
    const values = [
      erased.map(({ collection }) => collection),
      erased.map(({ id }) => id),
      erased.map(({ change }) => change ?? null),
    ]
    await tx.run({ text: forgetRecords, values })
  }

  private async wakeWorker(): Promise<void> {
    await wakeWaiting(this.db)
    this.worker.wake()
  }

  private async require(webhook: string): Promise<void> {
    if (!(await findWebhook(this.db, webhook))) throw noSuchWebhook()
  }
}

const noSuchDelivery = (): AppError => new AppError('not_found', 'There is no such delivery')

const time = (column: string): string => `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
const columns = `d.id, d.webhook, d.event, d.record, d.state, ${time('d.created_at')}, ${time('d.next_attempt_at')}, d.attempts`
const list = `
  select ${columns} from holdfast.webhook_deliveries d
  where d.webhook = $1 and ($3::uuid is null or d.id < $3) and ($4::text is null or d.state = $4)
  order by d.id desc limit $2`
const get = `select ${columns}, d.payload from holdfast.webhook_deliveries d where d.webhook = $1 and d.id = $2`

// Of an ordered webhook those become due one after the other.
const resend = `
  update holdfast.webhook_deliveries d set state = 'pending', tries = 0,
    next_attempt_at = case when w.ordered and d.record is not null then null else now() end
  from holdfast.webhooks w where w.id = d.webhook and d.webhook = $1`
const cancel = `
  update holdfast.webhook_deliveries set state = 'cancelled', next_attempt_at = null, claimed_by = null, claimed_until = null
  where webhook = $1 and id = $2 and state = 'pending'`
const purge = `
  delete from holdfast.webhook_deliveries where id in (
    select d.id from holdfast.webhook_deliveries d join holdfast.webhooks w on w.id = d.webhook
    where d.created_at < now() - $1 * interval '1 day' and (d.state <> 'pending' or not w.enabled) limit $2)`
const dropExpiredSecrets = `delete from holdfast.webhook_secrets where expires_at < now()`

function toDelivery(row: unknown[]): WebhookDelivery {
  const [id, webhook, event, record, state, createdAt, nextAttemptAt, attempts] = row
  return {
    ...{ id, webhook, event, record, state, createdAt, nextAttemptAt },
    attempts: JSON.parse(attempts as string),
  } as WebhookDelivery
}

// What receivers answered may repeat what they were sent; whoever is sending it now loses it, and with that the answer.
const forgetRecords = `
  update holdfast.webhook_deliveries d
  set payload = json_build_object('type', d.payload::json->'type', 'timestamp', d.payload::json->'timestamp',
      'data', json_build_object('record', json_build_object('id', d.record)))::text,
    attempts = '[]', claimed_by = null
  from holdfast.webhooks w, unnest($1::uuid[], $2::uuid[], $3::bigint[]) e (collection, record, change)
  where w.id = d.webhook and w.collection = e.collection and d.record = e.record
    and (e.change is null or d.position = e.change)`
