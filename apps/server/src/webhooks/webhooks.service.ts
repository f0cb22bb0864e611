import type { DeliveryAttempt, Json, Webhook, WebhookPayload, WebhookWithSecret } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import type { PageQuery } from '../accounts/index.js'
import type { Principal } from '../auth/index.js'
import { ChangeLog } from '../changes/index.js'
import { SchemaCache } from '../collections/index.js'
import { newId } from '../lib/index.js'
import { Database, type Transaction } from '../platform/db/index.js'
import { OutboundHttp } from '../platform/outbound/index.js'
import { RecordsService } from '../records/index.js'
import { SigningSecrets } from './deliveries/signing-secrets.js'
import { TestDeliveries } from './deliveries/test-deliveries.js'
import { compileEndpoint } from './endpoints/endpoint.js'
import { eventName } from './endpoints/event-names.js'
import { parseEvent, parseSubscription, parseWebhook, parseWebhookChange } from './endpoints/parse-webhook.js'
import { describeWebhook, noSuchWebhook, type StoredWebhook, type WebhookValues } from './endpoints/webhook.js'
import {
  deleteWebhook,
  enableFrom,
  findWebhook,
  forgetFailures,
  insertWebhook,
  listWebhooks,
  updateWebhook,
} from './endpoints/webhook-store.js'
import { Activity } from './fan-out/activity.js'
import { isList } from './fan-out/complete-images.js'
import { lockEnabling, startConsumer, stopIdleConsumer } from './fan-out/consumer.js'
import type { NewWebhookRequest, SubscribedHook, SubscribeHookRequest, WebhookChangeRequest } from './webhooks.dto.js'

const defaultKeepHours = 24
const samples = 3

/** Webhooks as admins manage them. */
@Injectable()
export class WebhooksService {
  constructor(
    private readonly db: Database,
    private readonly schemas: SchemaCache,
    private readonly changes: ChangeLog,
    private readonly records: RecordsService,
    private readonly outbound: OutboundHttp,
    private readonly secrets: SigningSecrets,
    private readonly tests: TestDeliveries,
    private readonly activity: Activity,
  ) {}

  /** All changes that are committed after the answer are delivered. @throws validation_failed, realtime_unavailable, unknown_field, … */
  async create(raw: NewWebhookRequest): Promise<WebhookWithSecret> {
    return this.add(parseWebhook(raw, this.grounds))
  }

  /** @throws as create */
  async subscribe(raw: SubscribeHookRequest): Promise<SubscribedHook> {
    const { id, secret } = await this.add(parseSubscription(raw, this.grounds))
    return { id, secret }
  }

  async list({ limit, after }: PageQuery): Promise<Webhook[]> {
    return (await listWebhooks(this.db, limit, after)).map((stored) => this.describe(stored))
  }

  /** @throws not_found */
  async get(id: string): Promise<Webhook> {
    return this.describe(await this.find(id))
  }

  /** Enabling it again makes it forget how its receiver was doing. @throws not_found, and as create */
  async change(id: string, raw: WebhookChangeRequest): Promise<Webhook> {
    const end = await this.changes.end()
    await this.enabling(async (tx) => {
      const stored = await findWebhook(tx, id, true)
      if (!stored) throw noSuchWebhook()
      const values = parseWebhookChange(raw, stored, this.grounds)
      await updateWebhook(tx, id, values)
      if (raw.enabled || values.url !== stored.url) await forgetFailures(tx, id)
      if (values.enabled && !stored.enabled) await enableFrom(tx, id, end)
      if (values.enabled) await startConsumer(tx, end)
    })
    return this.get(id)
  }

  /** Its deliveries go with it. @throws not_found */
  async delete(id: string): Promise<void> {
    await this.enabling(async (tx) => {
      if (!(await deleteWebhook(tx, id))) throw noSuchWebhook()
    })
  }

  /** @throws not_found */
  async rotateSecret(id: string, keepOldForHours = defaultKeepHours): Promise<WebhookWithSecret> {
    const next = await this.secrets.make()
    await this.db.transaction(async (tx) => {
      if (!(await findWebhook(tx, id, true))) throw noSuchWebhook()
      await this.secrets.rotate(tx, id, next, keepOldForHours)
    })
    return { ...(await this.get(id)), secret: next.secret }
  }

  /** Sends a test event now. @throws not_found */
  async test(id: string): Promise<DeliveryAttempt> {
    return this.tests.send(await this.find(id))
  }

  /** Payloads of records that there are, newest first, as a receiver of the event would get them. @throws validation_failed */
  async sample(principal: Principal, rawEvent: unknown): Promise<WebhookPayload[]> {
    const { collection: name, event } = parseEvent(rawEvent)
    const { id } = this.schemas.get(name)
    const { collection, fields } = compileEndpoint(
      { collectionId: id, events: [event], filter: null, fields: null },
      this.schemas.current,
    )
    const query = { sort: '-updatedAt', limit: samples, fields: fields.map((field) => field.name) }
    const page = JSON.parse(await this.records.query(principal, name, query)) as { data: { [field: string]: Json }[] }
    return page.data.map((found) => {
      const record = Object.fromEntries(
        fields.map((field) => [field.name, found[field.name] ?? (isList(field) ? [] : null)]),
      )
      const data = { record, ...(event === 'update' && { before: record }) }
      return { type: eventName(collection.name, event), timestamp: String(record['updatedAt']), data }
    })
  }

  // ── steps ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  private get grounds() {
    return { schema: this.schemas.current, outbound: this.outbound }
  }

  private async add(values: WebhookValues): Promise<WebhookWithSecret> {
    const id = newId()
    const made = await this.secrets.make()
    const end = await this.changes.end()
    await this.enabling(async (tx) => {
      await insertWebhook(tx, id, values, end)
      await this.secrets.add(tx, id, made)
      if (values.enabled) await startConsumer(tx, end)
    })
    return { ...(await this.get(id)), secret: made.secret }
  }

  /** Changes what is enabled; the log is read as long as anything is. */
  private async enabling<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const result = await this.db.transaction(async (tx) => {
      await lockEnabling(tx)
      const done = await work(tx)
      await stopIdleConsumer(tx)
      return done
    })
    await this.activity.announce()
    return result
  }

  private async find(id: string): Promise<StoredWebhook> {
    const stored = await findWebhook(this.db, id)
    if (!stored) throw noSuchWebhook()
    return stored
  }

  private describe(stored: StoredWebhook): Webhook {
    return describeWebhook(stored, this.schemas.current)
  }
}
