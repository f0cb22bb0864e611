import type {
  Counted,
  DeliveryAttempt,
  DeliveryState,
  Page,
  ResendRange,
  Webhook,
  WebhookChange,
  WebhookDefinition,
  WebhookDelivery,
  WebhookWithSecret,
} from '@holdfast/contract'
import { dataOf } from '../answer.js'
import { toQueryString } from '../encode-query.js'
import { type CallOptions, type PageOptions, type Send, segment } from '../transport.js'

/** Which deliveries. */
export interface DeliveryQuery extends PageOptions {
  state?: DeliveryState
}

/** How long the present secret stays good beside a new one. */
export interface RotateOptions extends CallOptions {
  /** Default 24, at most 168. */
  keepOldForHours?: number
}

const root = '/admin/webhooks'
const path = (id: string, ...rest: string[]): string => [root, ...[id, ...rest].map(segment)].join('/')

/** `client.admin.webhooks`. */
export class AdminWebhooks {
  readonly #send: Send

  /** @internal */
  constructor(send: Send) {
    this.#send = send
  }

  /**
   * Has changes of a collection delivered to a URL, as [Standard Webhooks](https://www.standardwebhooks.com). The answer
   * shows the secret that signs them, once.
   * @throws HoldfastError `validation_failed`, `unknown_field`, `realtime_unavailable` with the place that is wrong
   *
   * @example
   * const { id, secret } = await client.admin.webhooks.create({
   *   url: 'https://shop.example.com/hooks',
   *   collection: 'posts',
   *   events: ['create', 'update'],
   *   filter: { status: 'published' },
   *   fields: ['title', 'slug'],
   *   ordered: true,
   * })
   */
  async create(webhook: WebhookDefinition, { signal }: CallOptions = {}): Promise<WebhookWithSecret> {
    return dataOf(await this.#send('POST', root, { body: webhook, signal }))
  }

  /**
   * A page of webhooks, the newest first.
   *
   * @example
   * const { data } = await client.admin.webhooks.list()
   * for (const { url, enabled, disabledReason } of data) console.log(url, enabled, disabledReason)
   */
  async list({ signal, ...page }: PageOptions = {}): Promise<Page<Webhook>> {
    return (await this.#send('GET', root, { query: toQueryString(page), signal })) as Page<Webhook>
  }

  /**
   * One webhook.
   * @throws HoldfastError `not_found`
   *
   * @example
   * const webhook = await client.admin.webhooks.get(id)
   */
  async get(id: string, options: CallOptions = {}): Promise<Webhook> {
    return dataOf(await this.#send('GET', path(id), options))
  }

  /**
   * Changes what is given; null takes a filter, fields or a description away. `enabled: true` lets one go on that was
   * disabled, and forgets its failures.
   *
   * @example
   * await client.admin.webhooks.update(id, { filter: null, enabled: true })
   */
  async update(id: string, changes: WebhookChange, { signal }: CallOptions = {}): Promise<Webhook> {
    return dataOf(await this.#send('PATCH', path(id), { body: changes, signal }))
  }

  /**
   * Deletes a webhook and its deliveries, also those that were not made yet.
   *
   * @example
   * await client.admin.webhooks.delete(id)
   */
  async delete(id: string, options: CallOptions = {}): Promise<void> {
    await this.#send('DELETE', path(id), options)
  }

  /**
   * Makes a new secret and shows it, once. Both sign until the old one ends, so that receivers can change over.
   *
   * @example
   * const { secret } = await client.admin.webhooks.rotateSecret(id, { keepOldForHours: 48 })
   */
  async rotateSecret(id: string, { signal, ...body }: RotateOptions = {}): Promise<WebhookWithSecret> {
    return dataOf(await this.#send('POST', path(id, 'rotate-secret'), { body, signal }))
  }

  /**
   * Sends a test event now, and tells what came back.
   *
   * @example
   * const { status, error, durationMs } = await client.admin.webhooks.test(id)
   */
  async test(id: string, options: CallOptions = {}): Promise<DeliveryAttempt> {
    return dataOf(await this.#send('POST', path(id, 'test'), options))
  }

  /**
   * A page of the deliveries of the last 30 days, the newest first, without their bodies.
   *
   * @example
   * const { data } = await client.admin.webhooks.deliveries(id, { state: 'failed' })
   * for (const { event, record, attempts } of data) console.log(event, record, attempts.at(-1)?.error)
   */
  async deliveries(id: string, { signal, ...query }: DeliveryQuery = {}): Promise<Page<WebhookDelivery>> {
    const request = { query: toQueryString({ ...query }), signal }
    return (await this.#send('GET', path(id, 'deliveries'), request)) as Page<WebhookDelivery>
  }

  /**
   * One delivery: what was sent, and what came back.
   * @throws HoldfastError `not_found`
   *
   * @example
   * const [newest] = (await client.admin.webhooks.deliveries(id, { limit: 1 })).data
   * if (newest) console.log((await client.admin.webhooks.delivery(id, newest.id)).payload)
   */
  async delivery(id: string, deliveryId: string, options: CallOptions = {}): Promise<WebhookDelivery> {
    return dataOf(await this.#send('GET', path(id, 'deliveries', deliveryId), options))
  }

  /**
   * Sends a delivery again, under the same id, whatever became of it.
   *
   * @example
   * const { data } = await client.admin.webhooks.deliveries(id, { state: 'failed' })
   * for (const failed of data) await client.admin.webhooks.resend(id, failed.id)
   */
  async resend(id: string, deliveryId: string, options: CallOptions = {}): Promise<WebhookDelivery> {
    return dataOf(await this.#send('POST', path(id, 'deliveries', deliveryId, 'resend'), options))
  }

  /**
   * Sends the deliveries of a span of time again, those that failed unless `states` says otherwise, and tells how many
   * those are.
   *
   * @example
   * const count = await client.admin.webhooks.resendRange(id, {
   *   from: '2026-01-01T00:00:00Z',
   *   to: '2026-01-02T00:00:00Z',
   * })
   */
  async resendRange(id: string, range: ResendRange, { signal }: CallOptions = {}): Promise<number> {
    return dataOf<Counted>(await this.#send('POST', path(id, 'resend'), { body: range, signal })).count
  }

  /**
   * Gives up a delivery that is pending.
   * @throws HoldfastError `conflict` when it is no longer pending
   *
   * @example
   * const { data } = await client.admin.webhooks.deliveries(id, { state: 'pending' })
   * for (const pending of data) await client.admin.webhooks.cancel(id, pending.id)
   */
  async cancel(id: string, deliveryId: string, options: CallOptions = {}): Promise<WebhookDelivery> {
    return dataOf(await this.#send('POST', path(id, 'deliveries', deliveryId, 'cancel'), options))
  }
}
