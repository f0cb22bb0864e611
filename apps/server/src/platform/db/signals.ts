import { setTimeout as sleep } from 'node:timers/promises'
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common'
import type pg from 'pg'
import { CONFIG, type Config } from '../config/index.js'
import { Log } from '../log/index.js'
import { Database } from './database.js'
import type { Executor } from './executor.js'
import { connect } from './open-data-source.js'

/** The one channel of PostgreSQL all nodes listen on; ours are the first word of the payload. */
const channelName = 'holdfast'
const heartbeatMs = 400
const answerTimeoutMs = 400

type Handler = (payload: string) => void

/**
 * Tells all nodes, this one included, that something changed; what exactly, they read from the database.
 * Nothing is kept for a node that is not listening, so after each break it is told to reload everything.
 */
@Injectable()
export class Signals implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly handlers = new Map<string, Handler[]>()
  private readonly resetHandlers: (() => void)[] = []
  private client: pg.Client | undefined
  private timer: NodeJS.Timeout | undefined
  private stopped = false

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly database: Database,
    private readonly log: Log,
  ) {}

  /** Whether signals of other nodes would arrive now: the listening connection answered within the last second. */
  get healthy(): boolean {
    return this.client !== undefined
  }

  /** Calls `handler` for each signal on `channel` (one word). */
  on(channel: string, handler: Handler): void {
    const known = this.handlers.get(channel)
    if (known) known.push(handler)
    else this.handlers.set(channel, [handler])
  }

  /** Calls `handler` after each (re)connect, before the first signal: what was sent meanwhile is lost. */
  onReset(handler: () => void): void {
    this.resetHandlers.push(handler)
  }

  /** Sends to every node; inside a transaction the signal leaves when that commits. `payload` is at most 7,900 bytes. */
  async send(channel: string, payload: string, executor: Executor = this.database): Promise<void> {
    await executor.run({ text: 'select pg_notify($1, $2)', values: [channelName, `${channel} ${payload}`] })
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.listen()
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true
    clearTimeout(this.timer)
    await this.client?.end()
  }

  private async listen(): Promise<void> {
    const client = await connect(this.config, 'holdfast signals')
    client.on('notification', ({ payload }) => this.dispatch(payload ?? ''))
    client.on('error', () => this.lose(client))
    client.on('end', () => this.lose(client))
    await client.query(`listen ${channelName}`)
    if (this.stopped) return client.end()
    this.client = client
    for (const handler of this.resetHandlers) this.guard(handler)
    this.scheduleHeartbeat(client)
  }

  private dispatch(message: string): void {
    const space = message.indexOf(' ')
    const payload = message.slice(space + 1)
    for (const handler of this.handlers.get(message.slice(0, space)) ?? []) this.guard(() => handler(payload))
  }

  private guard(handler: () => void): void {
    try {
      handler()
    } catch (error) {
      this.log.error({ err: error }, 'a handler of signals failed')
    }
  }

  private scheduleHeartbeat(client: pg.Client): void {
    this.timer = setTimeout(() => this.beat(client), heartbeatMs)
  }

  private beat(client: pg.Client): void {
    let answered = false
    // When this process was busy, the answer may be waiting in the socket: read that before judging.
    this.timer = setTimeout(() => setImmediate(() => answered || this.lose(client)), answerTimeoutMs)
    client.query('select 1').then(
      () => {
        answered = true
        clearTimeout(this.timer)
        if (client === this.client) this.scheduleHeartbeat(client)
      },
      () => this.lose(client),
    )
  }

  private lose(client: pg.Client): void {
    if (client !== this.client || this.stopped) return
    this.client = undefined
    clearTimeout(this.timer)
    client.connection.stream.destroy()
    this.log.warn('lost the connection that listens for signals; reconnecting')
    void this.reconnect()
  }

  private async reconnect(): Promise<void> {
    for (let delayMs = 50; !this.stopped; delayMs = Math.min(1000, delayMs * 2)) {
      try {
        return await this.listen()
      } catch {
        await sleep(delayMs)
      }
    }
  }
}
