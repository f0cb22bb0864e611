import { Injectable } from '@nestjs/common'
import { Sessions } from '../../auth/index.js'
import { type JobQueue, Jobs, RetryLater } from '../../jobs/index.js'
import { Database, type Executor } from '../../platform/db/index.js'
import { type ErasedTraces, PersonalRecords } from '../../records/index.js'
import { type Account, findAccountById } from '../account/find-account.js'

/** As long as followers may come back to hear what they missed, see `holdfast.may_be_read`. */
const toldAfterSeconds = 3660
const askAgainSeconds = 600

/**
 * Erases a person: the records about them, the user, and what the server knows beside it, in one transaction. The deletes
 * themselves stay in the change log until everyone has been told; then a job takes them out, too.
 */
@Injectable()
export class Erasures {
  private readonly queue: JobQueue<ErasedTraces>

  constructor(
    private readonly db: Database,
    private readonly records: PersonalRecords,
    private readonly sessions: Sessions,
    jobs: Jobs,
  ) {
    const backoff = { firstSeconds: 60, maxSeconds: 3600 }
    this.queue = jobs.define<ErasedTraces>('accounts.dropTraces', { retries: 500, backoff }, ({ data }) =>
      this.dropTraces(data),
    )
  }

  /**
   * False where there is no such user.
   * @throws conflict for the last admin, reference_violation where records refer to the user that say they must not lose it
   */
  async erase(userId: string): Promise<boolean> {
    const erased = await this.db.transaction(async (tx) => {
      const account = await findAccountById(tx, userId)
      if (account === undefined) return false
      await dropAddressed(tx, account)
      const traces = await this.records.erase(tx, userId)
      if (traces === undefined) return false
      await this.queue.enqueue(traces, { tx, startAfter: toldAfterSeconds })
      return true
    })
    this.sessions.forget(userId)
    return erased
  }

  async dropTraces(traces: ErasedTraces): Promise<void> {
    const done = await this.db.transaction((tx) => this.records.dropTraces(tx, traces))
    if (!done) throw new RetryLater('Somebody may still have to be told', askAgainSeconds)
  }
}

/** What knows the person by the address or number, not by the id; and what outlives users. */
async function dropAddressed(tx: Executor, { userId, email, phone }: Account): Promise<void> {
  for (const text of addressed) await tx.run({ text, values: [userId, email ?? null, phone ?? null] })
}

// A parameter that a statement does not use must still have a type.
const given = '$1::uuid is not null and ($2::text is null or true) and ($3::text is null or true)'
const ofPerson = (subject: string): string =>
  `(${subject} in ($1::text, $2, $3) or ${subject} = $3 || ' ' || $1::text or ${subject} = $2 || ' ' || $1::text)`
const addressed = [
  // In the order in which codes are tried.
  `delete from holdfast.code_tries where ${ofPerson('subject')}`,
  `delete from holdfast.one_time_secrets where ${ofPerson('subject')}`,
  `delete from holdfast.invites where email = $2 and ${given}`,
  `delete from holdfast.team_invites where email = $2 and ${given}`,
  `delete from holdfast.impersonations where user_id = $1::uuid and ${given}`,
  `update holdfast.impersonations set admin_email = null where admin_id = $1::uuid and ${given}`,
]
