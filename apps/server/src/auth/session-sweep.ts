import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common'
import { Database } from '../platform/db/index.js'
import { Log } from '../platform/log/index.js'

const everyMs = 60 * 60 * 1000

/** Drops sessions that have been over for a week, and their refresh tokens. Any number of nodes may do so at once. */
@Injectable()
export class SessionSweep implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined

  constructor(
    private readonly db: Database,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    const sweep = () =>
      this.sweep().catch((err: unknown) => this.log.warn({ err }, 'ended sessions could not be dropped'))
    this.timer = setInterval(sweep, everyMs).unref()
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer)
  }

  async sweep(): Promise<void> {
    await this.db.run({ text: dropEnded, values: [] })
  }
}

const dropEnded = `
  delete from holdfast.sessions
  where expires_at < now() - interval '7 days' or revoked_at < now() - interval '7 days'`
