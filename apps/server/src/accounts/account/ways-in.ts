import { AppError } from '../../lib/index.js'
import type { Executor } from '../../platform/db/index.js'

/** Whether a user could sign in at all: by a password, passkey or other provider, or over an address or number they have proven. */
export async function hasWayIn(tx: Executor, userId: string): Promise<boolean> {
  const { rows } = await tx.run({ text: findWayIn, values: [userId] })
  return rows[0]![0] as boolean
}

/** After something was taken away, in the same transaction. @throws conflict */
export async function requireWayIn(tx: Executor, userId: string): Promise<void> {
  if (await hasWayIn(tx, userId)) return
  throw new AppError('conflict', 'This is the only way you can sign in', { hint: 'Add another one first' })
}

const findWayIn = `
  select exists (select from holdfast.credentials where user_id = $1)
    or exists (select from holdfast.factors where user_id = $1 and kind = 'passkey')
    or exists (select from holdfast.identities where user_id = $1)
    or exists (
      select from holdfast.accounts a join public.users u on u.id = a.user_id
      where a.user_id = $1 and (a.verified_email = u.email or a.phone is not null))`
