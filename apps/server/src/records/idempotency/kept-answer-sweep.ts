import { Injectable } from '@nestjs/common'
import { Jobs } from '../../jobs/index.js'
import { Database } from '../../platform/db/index.js'
import { dropOld } from './kept-answers.js'

/** Drops answers whose day is over. */
@Injectable()
export class KeptAnswerSweep {
  constructor(
    private readonly db: Database,
    jobs: Jobs,
  ) {
    jobs.define('answers.dropOld', { schedule: '*/10 * * * *' }, ({ signal }) => this.sweep(signal))
  }

  /** Piece by piece, so that none of them holds much. */
  async sweep(signal?: AbortSignal): Promise<void> {
    let dropped: number
    do {
      signal?.throwIfAborted()
      dropped = (await this.db.run({ text: dropOld, values: [] })).rowCount ?? 0
    } while (dropped > 0)
  }
}
