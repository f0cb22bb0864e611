import { Injectable } from '@nestjs/common'
import { Jobs } from '../jobs/index.js'
import { Database } from '../platform/db/index.js'

/** Drops sessions that have been over for a week, and their refresh tokens. */
@Injectable()
export class SessionSweep {
  constructor(
    private readonly db: Database,
    jobs: Jobs,
  ) {
    jobs.define('sessions.dropEnded', { schedule: '7 * * * *' }, () => this.sweep())
  }

  async sweep(): Promise<void> {
    await this.db.run({ text: dropEnded, values: [] })
  }
}

const dropEnded = `
  delete from holdfast.sessions
  where expires_at < now() - interval '7 days' or revoked_at < now() - interval '7 days'`
