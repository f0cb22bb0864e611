import { Injectable } from '@nestjs/common'
import { Sessions } from '../../auth/index.js'
import type { Executor } from '../../platform/db/index.js'

/** Tables whose rows let somebody in as a user. What stood there before the first proof may be a stranger's. */
const factorTables = ['credentials', 'factors', 'recovery_codes', 'one_time_secrets', 'identities', 'api_keys']

/**
 * Proof of an e-mail address. Anyone may make an account with an address that is not theirs; the owner of the address
 * then finds it taken. So the first proof of it wipes everything that was set before and ends every session (A120).
 */
@Injectable()
export class ProvenEmails {
  constructor(private readonly sessions: Sessions) {}

  /**
   * Notes that whoever is here owns the address of the user, and wipes what was set before the first proof. For every
   * proof by which somebody signs in. Returns whether it was the first. `forget` the user once the transaction committed.
   */
  async take(tx: Executor, userId: string): Promise<boolean> {
    if (!(await this.note(tx, userId))) return false
    for (const table of factorTables)
      await tx.run({ text: `delete from holdfast.${table} where user_id = $1`, values: [userId] })
    await tx.run({ text: dropPhone, values: [userId] })
    await this.sessions.endAll(userId, { tx })
    return true
  }

  /** Notes it and leaves all as it is: for the owner of the account who follows the link in the mail of the sign-up. */
  async note(tx: Executor, userId: string): Promise<boolean> {
    const { rowCount } = await tx.run({ text: noteProof, values: [userId] })
    return rowCount === 1
  }
}

/** A number lets somebody in, too. */
const dropPhone = 'update holdfast.accounts set phone = null where user_id = $1'

const noteProof = `
  insert into holdfast.accounts as a (user_id, verified_email, verified_at)
  select u.id, u.email, now() from public.users u where u.id = $1 and u.email is not null
  on conflict (user_id) do update set verified_email = excluded.verified_email, verified_at = now()
  where a.verified_email is distinct from excluded.verified_email`
