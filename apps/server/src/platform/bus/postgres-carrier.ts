import type pg from 'pg'
import type { Config } from '../config/index.js'
import { connect, type Signals } from '../db/index.js'
import type { Carrier, CarrierListener } from './carrier.js'

const channel = 'bus'
/** Between two attempts to connect. */
const pauseMs = 500

/**
 * By NOTIFY, on a connection of its own: a NOTIFY holds a lock that all others wait for until its transaction has ended, so
 * it must not wait for a free connection, nor for the disk.
 */
export class PostgresCarrier implements Carrier {
  private client: pg.Client | undefined
  private lastAttempt = 0
  private stopped = false

  constructor(
    private readonly config: Config,
    private readonly signals: Signals,
  ) {}

  get up(): boolean {
    return this.signals.healthy
  }

  async start({ received, reset }: CarrierListener): Promise<void> {
    this.signals.on(channel, received)
    this.signals.onReset(reset)
    if (this.signals.healthy) reset()
  }

  async send(payloads: readonly string[]): Promise<void> {
    try {
      const client = await this.connection()
      await client?.query(notifyText, [channel, payloads])
    } catch {
      this.drop(this.client)
    }
  }

  async stop(): Promise<void> {
    this.stopped = true
    const { client } = this
    this.client = undefined
    await client?.end().catch(() => {})
  }

  /** Undefined while the last attempt is too fresh: nobody waits for a database that is away. */
  private async connection(): Promise<pg.Client | undefined> {
    if (this.client) return this.client
    if (this.stopped || Date.now() - this.lastAttempt < pauseMs) return undefined
    this.lastAttempt = Date.now()
    const client = await connect(this.config, 'holdfast bus')
    client.on('error', () => this.drop(client))
    client.on('end', () => this.drop(client))
    await client.query(`set synchronous_commit = off; set statement_timeout = 5000`)
    if (this.stopped) await client.end()
    else this.client = client
    return this.client
  }

  /** One that broke before another took its place takes only itself away. */
  private drop(client: pg.Client | undefined): void {
    if (client === this.client) this.client = undefined
    client?.end().catch(() => {})
  }
}

const notifyText = `select pg_notify('holdfast', $1 || ' ' || payload) from unnest($2::text[]) payload`
