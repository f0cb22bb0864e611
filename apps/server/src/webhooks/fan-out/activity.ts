import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common'
import { Database, Signals } from '../../platform/db/index.js'
import { Log } from '../../platform/log/index.js'
import { readConsumer } from './consumer.js'

const channel = 'webhooks'
/** While signals cannot arrive, the database is asked. */
const pollMs = 1000

/** Knows on every node whether any webhook is enabled: as long as none is, nothing runs. */
@Injectable()
export class Activity implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly handlers: (() => void)[] = []
  private timer: NodeJS.Timeout | undefined
  private running = false

  constructor(
    private readonly db: Database,
    private readonly signals: Signals,
    private readonly log: Log,
  ) {
    signals.on(channel, () => this.follow())
    signals.onReset(() => this.follow())
  }

  get active(): boolean {
    return this.running
  }

  /** Calls `handler` whenever webhooks begin to be needed. */
  onStart(handler: () => void): void {
    this.handlers.push(handler)
  }

  /** Webhooks were enabled or disabled: looks, and has the other nodes look. One that is not told lets the others work. */
  async announce(): Promise<void> {
    await this.refresh()
    await this.signals.send(channel, '').catch((err: unknown) => this.log.warn({ err }, 'other nodes were not told'))
  }

  onApplicationBootstrap(): void {
    this.follow()
    this.timer = setInterval(() => {
      if (!this.signals.healthy) this.follow()
    }, pollMs).unref()
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer)
  }

  private follow(): void {
    this.refresh().catch((err: unknown) => this.log.warn({ err }, 'it is not known whether there are webhooks'))
  }

  private async refresh(): Promise<void> {
    const before = this.running
    this.running = (await readConsumer(this.db)) !== undefined
    if (this.running && !before) for (const handler of this.handlers) handler()
  }
}
