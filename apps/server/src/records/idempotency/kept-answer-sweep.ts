import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common'
import { Database } from '../../platform/db/index.js'
import { Log } from '../../platform/log/index.js'
import { dropOld } from './kept-answers.js'

const everyMs = 10 * 60 * 1000

/** Drops answers whose day is over. Any number of nodes may do so at once. */
@Injectable()
export class KeptAnswerSweep implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined

  constructor(
    private readonly db: Database,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    const sweep = () => this.sweep().catch((err: unknown) => this.log.warn({ err }, 'old answers could not be dropped'))
    this.timer = setInterval(sweep, everyMs).unref()
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer)
  }

  async sweep(): Promise<void> {
    let dropped: number
    do dropped = (await this.db.run({ text: dropOld, values: [] })).rowCount ?? 0
    while (dropped > 0)
  }
}
