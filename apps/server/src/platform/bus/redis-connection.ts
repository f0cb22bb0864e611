import { createHash } from 'node:crypto'
import type { RedisClientType } from '@redis/client'
import type { Executor } from '../db/index.js'

export type RedisClient = RedisClientType<Record<never, never>, Record<never, never>, Record<never, never>, 2>

const longestPauseMs = 2000

/** The connection to Redis that everything shares which asks it something. One that is away is tried again for ever. */
export class RedisConnection {
  private opened: Promise<RedisClient> | undefined
  private current: RedisClient | undefined
  private named: Promise<string> | undefined

  /** Without a URL there is none, and nobody opens it. */
  constructor(
    private readonly url: string | undefined,
    private readonly db: Executor,
  ) {}

  get isConfigured(): boolean {
    return this.url !== undefined
  }

  /** The client, once somebody has opened the connection; whether it is ready, it says itself. */
  get client(): RedisClient | undefined {
    return this.current
  }

  /** Connects in the background. `onError` hears of every failure. */
  open(onError: (error: Error) => void): Promise<RedisClient> {
    this.opened ??= this.create(onError)
    return this.opened
  }

  /** Another connection of the same kind, for what a shared one cannot do, such as listening. Not connected yet. */
  async create(onError: (error: Error) => void, isShared = true): Promise<RedisClient> {
    // Only who uses Redis pays for loading its client.
    const { createClient } = await import('@redis/client')
    const client = createClient({
      url: this.url!,
      RESP: 2 as const,
      disableOfflineQueue: true,
      pingInterval: 1000,
      socket: {
        connectTimeout: 2000,
        socketTimeout: 5000,
        reconnectStrategy: (retries: number) => Math.min(longestPauseMs, 50 * 2 ** Math.min(retries, 10)),
      },
    }) as RedisClient
    client.on('error', onError)
    if (isShared) {
      this.current = client
      client.connect().catch(() => {})
    }
    return client
  }

  /**
   * A Redis may serve several installations: a name for what is ours that no other guesses, and that differs for a copy of
   * this database elsewhere, whose secrets are the same.
   */
  nameFor(purpose: string): Promise<string> {
    this.named ??= this.readName().catch((error: unknown) => {
      this.named = undefined
      throw error
    })
    return this.named.then((name) => digest(`${purpose} ${name}`))
  }

  close(): void {
    if (this.current?.isOpen) this.current.destroy()
  }

  private async readName(): Promise<string> {
    const { rows } = await this.db.run({ text: identityText, values: [] })
    return rows[0]!.join(' ')
  }
}

const digest = (text: string): string => `holdfast:${createHash('sha256').update(text).digest('base64url')}`

const identityText = `
  select encode(k.secret, 'hex'), c.system_identifier::text, d.oid::text
  from holdfast.cursor_key k, pg_control_system() c, pg_database d where d.datname = current_database()`
