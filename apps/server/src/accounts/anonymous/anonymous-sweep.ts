import { Injectable } from '@nestjs/common'
import { Jobs } from '../../jobs/index.js'
import { Database } from '../../platform/db/index.js'
import { Log } from '../../platform/log/index.js'
import { InternalWrites } from '../../records/index.js'
import { AnonymousSettings } from './anonymous-settings.js'

const batchSize = 500

/** Deletes anonymous users nobody can be any more: old, and signed in nowhere. */
@Injectable()
export class AnonymousSweep {
  constructor(
    private readonly db: Database,
    private readonly settings: AnonymousSettings,
    private readonly records: InternalWrites,
    private readonly log: Log,
    jobs: Jobs,
  ) {
    jobs.define('accounts.dropAnonymous', { schedule: '17 4 * * *' }, () => this.sweep())
  }

  async sweep(): Promise<void> {
    const { dropAfterDays } = await this.settings.get()
    for (let after: string | null = null; ; ) {
      const { rows } = await this.db.run({ text: findDropped, values: [dropAfterDays, after, batchSize] })
      for (const [userId] of rows as [string][]) await this.drop(userId, dropAfterDays)
      if (rows.length < batchSize) return
      after = rows.at(-1)![0] as string
    }
  }

  /** One whose records must not go stays, and keeps none of the others. */
  private async drop(userId: string, dropAfterDays: number): Promise<void> {
    try {
      await this.db.transaction(async (tx) => {
        // Who has become a person or signed in since is found no more. The row is held until the user is gone.
        const { rowCount } = await tx.run({ text: holdDropped, values: [dropAfterDays, userId] })
        if (rowCount === 1) await this.records.delete('drop an anonymous user', 'users', userId, tx)
      })
    } catch (error) {
      this.log.warn({ userId, err: error }, 'an anonymous user could not be deleted')
    }
  }
}

const dropped = `
  select a.user_id from holdfast.accounts a join public.users u on u.id = a.user_id
  where a.kind = 'anonymous' and u.email is null and a.phone is null and u."createdAt" < now() - $1 * interval '1 day'
    and not exists (
      select from holdfast.sessions s where s.user_id = a.user_id and s.revoked_at is null and s.expires_at > now())`
const findDropped = `${dropped} and ($2::uuid is null or a.user_id > $2) order by a.user_id limit $3`
const holdDropped = `${dropped} and a.user_id = $2 for update of a`
