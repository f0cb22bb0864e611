import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common'
import { Jobs } from '../../jobs/index.js'
import { Database } from '../../platform/db/index.js'
import { Log } from '../../platform/log/index.js'
import { hasSample, takeSample } from './database-facts.js'

/** The first sample is taken soon, not at the next full hour: nobody likes an empty chart. */
const firstAfterMs = 20_000

/** Notes the sizes every hour, on one node. */
@Injectable()
export class DatabaseSampler implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined

  constructor(
    private readonly db: Database,
    private readonly log: Log,
    jobs: Jobs,
  ) {
    jobs.define('observe.sampleSizes', { schedule: '3 * * * *' }, () => takeSample(this.db))
  }

  onApplicationBootstrap(): void {
    this.timer = setTimeout(() => void this.sampleFirst(), firstAfterMs).unref()
  }

  onModuleDestroy(): void {
    clearTimeout(this.timer)
  }

  private async sampleFirst(): Promise<void> {
    try {
      if (!(await hasSample(this.db))) await takeSample(this.db)
    } catch (error) {
      this.log.debug({ err: error }, 'could not note the size of the database')
    }
  }
}
