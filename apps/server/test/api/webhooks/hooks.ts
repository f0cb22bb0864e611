import type { CollectionDefinition } from '@holdfast/contract'
import { expect, vi } from 'vitest'
import type { Received } from '../../security/outbound/receiver.js'
import type { RequestOptions, TestResponse, TestServer } from '../../support/index.js'
import { type Persona, startServerWith } from '../../support/personas.js'

/** Receivers of the tests stand on the loopback. */
export const hookEnv = { OUTBOUND_ALLOW: '127.0.0.1', OUTBOUND_PORTS: '1-65535' }

const everything = [{ role: 'user', action: ['read', 'create', 'update', 'delete'] as never }]

/** Posts with labels, and comments that go with their post. */
export const blog: Omit<CollectionDefinition, 'id'>[] = [
  { name: 'labels', fields: [{ name: 'name', type: 'text' }], rules: everything },
  {
    name: 'posts',
    fields: [
      { name: 'title', type: 'text' },
      { name: 'status', type: 'select', options: ['draft', 'published'], default: 'draft' },
      { name: 'views', type: 'integer', default: 0 },
      { name: 'price', type: 'decimal' },
      { name: 'place', type: 'geopoint' },
      { name: 'secret', type: 'text', hidden: true },
      { name: 'shout', type: 'computed', expression: 'upper(title)', returns: 'text' } as never,
      { name: 'label', type: 'relation', collection: 'labels' },
      { name: 'labels', type: 'relation', collection: 'labels', many: true },
    ],
    rules: everything,
  },
  {
    name: 'comments',
    fields: [
      { name: 'text', type: 'text' },
      { name: 'post', type: 'relation', collection: 'posts', onDelete: 'cascade' },
    ],
    rules: everything,
  },
]

/** A server with the blog, and what tests of webhooks do with it. */
export class Hooks {
  private constructor(
    readonly server: TestServer,
    readonly admin: Persona,
  ) {}

  static async start(env: Record<string, string> = {}): Promise<Hooks> {
    const { server, admin } = await startServerWith(blog, { ...hookEnv, ...env })
    return new Hooks(server, admin)
  }

  request(method: string, path: string, options: RequestOptions = {}): Promise<TestResponse> {
    return this.server.request(method, `/api/v1${path}`, { token: this.admin.token, ...options })
  }

  /** The `data` of an answer that must be a success. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
  async send(method: string, path: string, body?: unknown): Promise<any> {
    const { status, text, json } = await this.request(method, path, { body })
    expect(status, `${method} ${path}\n${text}`).toBeLessThan(300)
    return json?.data ?? json
  }

  // biome-ignore lint/suspicious/noExplicitAny: as above
  create(port: number, webhook: object = {}): Promise<any> {
    const url = `http://127.0.0.1:${port}/hook`
    return this.send('POST', '/admin/webhooks', {
      url,
      collection: 'posts',
      events: ['create', 'update', 'delete'],
      ...webhook,
    })
  }

  // biome-ignore lint/suspicious/noExplicitAny: as above
  post(data: object = {}): Promise<any> {
    return this.send('POST', '/collections/posts/records', data)
  }

  // biome-ignore lint/suspicious/noExplicitAny: as above
  deliveries(id: string, query = ''): Promise<any[]> {
    return this.send('GET', `/admin/webhooks/${id}/deliveries?limit=1000${query}`)
  }

  async sql(text: string, ...values: unknown[]): Promise<unknown[][]> {
    return (await this.server.database.run({ text, values })).rows as unknown[][]
  }

  /** As if the pauses between attempts were over. */
  async hurry(id: string): Promise<void> {
    await this.sql(
      `update holdfast.webhook_deliveries set next_attempt_at = now() where webhook = $1 and state = 'pending' and next_attempt_at is not null`,
      id,
    )
    await this.sql('update holdfast.webhooks set paused_until = null where id = $1', id)
  }
}

/** Waits until so many calls have come in. */
export async function received(
  receiver: { received: readonly Received[] },
  count: number,
): Promise<readonly Received[]> {
  await vi.waitFor(() => expect(receiver.received.length).toBeGreaterThanOrEqual(count), { timeout: 30_000 })
  return receiver.received
}

// biome-ignore lint/suspicious/noExplicitAny: tests read payloads of every shape
export const payloads = (calls: readonly Received[]): any[] => calls.map(({ body }) => JSON.parse(body))

export const eventually = (check: () => Promise<void>): Promise<void> =>
  vi.waitFor(check, { timeout: 30_000, interval: 100 })
