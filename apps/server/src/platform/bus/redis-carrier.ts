import { createHash } from 'node:crypto'
import type { RedisClientType } from '@redis/client'
import type { Executor } from '../db/index.js'
import type { Log } from '../log/index.js'
import type { Carrier, CarrierListener } from './carrier.js'

type Client = RedisClientType<Record<never, never>, Record<never, never>, Record<never, never>, 2>

const longestPauseMs = 2000

/** By publish and subscribe of Redis. One that is away is tried again for ever; meanwhile nothing is sent. */
export class RedisCarrier implements Carrier {
  private publisher: Client | undefined
  private subscriber: Client | undefined
  private channel = ''
  private listening = false
  private warned = false

  constructor(
    private readonly url: string,
    private readonly db: Executor,
    private readonly log: Log,
  ) {}

  get up(): boolean {
    return this.listening && this.publisher?.isReady === true && this.subscriber?.isReady === true
  }

  async start(listener: CarrierListener): Promise<void> {
    this.channel = await readChannel(this.db)
    // Only who uses Redis pays for loading its client.
    const { createClient } = await import('@redis/client')
    const options = {
      url: this.url,
      RESP: 2 as const,
      disableOfflineQueue: true,
      pingInterval: 1000,
      socket: {
        connectTimeout: 2000,
        socketTimeout: 5000,
        reconnectStrategy: (retries: number) => Math.min(longestPauseMs, 50 * 2 ** Math.min(retries, 10)),
      },
    }
    this.publisher = createClient(options) as Client
    this.subscriber = createClient(options) as Client
    for (const client of [this.publisher, this.subscriber]) client.on('error', (error: Error) => this.warn(error))
    this.subscriber.on('ready', () => void this.listen(listener))
    this.publisher.connect().catch(() => {})
    this.subscriber.connect().catch(() => {})
  }

  async send(payloads: readonly string[]): Promise<void> {
    if (!this.publisher?.isReady) return
    const { publisher } = this
    await Promise.all(payloads.map((payload) => publisher.publish(this.channel, payload).catch(() => {})))
  }

  async stop(): Promise<void> {
    for (const client of [this.publisher, this.subscriber]) if (client?.isOpen) client.destroy()
  }

  /** The client subscribes again by itself; saying so twice is harmless, and tells when it is done. */
  private async listen({ received, reset }: CarrierListener): Promise<void> {
    try {
      await this.subscriber!.subscribe(this.channel, received)
      this.listening = true
      if (this.warned) this.log.info('Redis is back')
      this.warned = false
      reset()
    } catch (error) {
      this.warn(error)
    }
  }

  /** Once per outage, and without the URL, which may hold a password. */
  private warn(error: unknown): void {
    if (this.warned) return
    this.warned = true
    const reason = (error as { code?: string }).code ?? (error as Error).message
    this.log.warn({ reason }, 'Redis cannot be reached; nodes talk through PostgreSQL meanwhile')
  }
}

/**
 * A Redis may serve several installations: the name is one that no other guesses, and differs for a copy of this database
 * elsewhere, whose secrets are the same.
 */
async function readChannel(db: Executor): Promise<string> {
  const { rows } = await db.run({ text: identityText, values: [] })
  return `holdfast:${createHash('sha256')
    .update(`bus ${rows[0]!.join(' ')}`)
    .digest('base64url')}`
}

const identityText = `
  select encode(k.secret, 'hex'), c.system_identifier::text, d.oid::text
  from holdfast.cursor_key k, pg_control_system() c, pg_database d where d.datname = current_database()`
