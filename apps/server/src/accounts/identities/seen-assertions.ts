import { createHash } from 'node:crypto'
import { Injectable } from '@nestjs/common'
import { Jobs } from '../../jobs/index.js'
import { Database } from '../../platform/db/index.js'

/** Signed statements of other servers about who somebody is: each is taken once, however often it is shown. */
@Injectable()
export class SeenAssertions {
  constructor(
    private readonly db: Database,
    jobs: Jobs,
  ) {
    jobs.define('accounts.dropAssertions', { schedule: '41 * * * *' }, () => this.sweep())
  }

  /**
   * Whether it is shown for the first time; of any number who show it at once, that is true for one. `text` is what was
   * signed, without the signature: some signatures have several forms.
   */
  async noteFirst(text: string, expiresAtMs: number): Promise<boolean> {
    const hash = createHash('sha256').update(text).digest()
    const { rowCount } = await this.db.run({ text: note, values: [hash, expiresAtMs / 1000] })
    return rowCount === 1
  }

  async sweep(): Promise<void> {
    await this.db.run({ text: drop, values: [] })
  }
}

const note = `
  insert into holdfast.seen_assertions (hash, expires_at) values ($1, to_timestamp($2)) on conflict do nothing`
// An hour longer than they are good, whatever the tolerance of clocks.
const drop = `delete from holdfast.seen_assertions where expires_at < now() - interval '1 hour'`
