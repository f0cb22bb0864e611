import type { Executor } from '../../platform/db/index.js'

/** A change that waits for its proofs. */
export interface EmailChange {
  readonly id: string
  readonly userId: string
  readonly oldEmail: string | null
  readonly newEmail: string
  readonly sessionId: string
  readonly waitsForOld: boolean
  readonly waitsForNew: boolean
}

/** In the place of one that waited before. */
export async function startChange(
  tx: Executor,
  { userId, id, oldEmail, newEmail, waitsForOld, sessionId }: Omit<EmailChange, 'waitsForNew'>,
  minutes: number,
): Promise<void> {
  await tx.run({ text: start, values: [userId, id, oldEmail, newEmail, waitsForOld, sessionId, minutes] })
}

/** The change as it is once an address was proven; one that waits for nothing any more is gone with that. */
export async function noteProof(tx: Executor, id: string, side: 'old' | 'new'): Promise<EmailChange | undefined> {
  const { rows } = await tx.run({ text: note, values: [id, side] })
  if (rows[0] === undefined) return undefined
  const [userId, oldEmail, newEmail, sessionId, waitsForOld, waitsForNew] = rows[0] as Row
  if (!waitsForOld && !waitsForNew) await tx.run({ text: drop, values: [id] })
  return { id, userId, oldEmail, newEmail, sessionId, waitsForOld, waitsForNew }
}

type Row = [string, string | null, string, string, boolean, boolean]

const start = `
  insert into holdfast.email_changes (user_id, id, old_email, new_email, waits_for_old, session_id, expires_at)
  values ($1, $2, $3, $4, $5, $6, now() + $7 * interval '1 minute')
  on conflict (user_id) do update set id = excluded.id, old_email = excluded.old_email, new_email = excluded.new_email,
    waits_for_old = excluded.waits_for_old, waits_for_new = true, session_id = excluded.session_id, expires_at = excluded.expires_at`
// Two proofs at once wait for each other here: the second one finds the first.
const note = `
  update holdfast.email_changes
  set waits_for_old = waits_for_old and $2 <> 'old', waits_for_new = waits_for_new and $2 <> 'new'
  where id = $1 and expires_at > now()
  returning user_id, old_email, new_email, session_id, waits_for_old, waits_for_new`
const drop = 'delete from holdfast.email_changes where id = $1'
