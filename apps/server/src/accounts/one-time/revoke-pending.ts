import type { Executor } from '../../platform/db/index.js'
import type { OneTimeSecrets, Purpose } from './one-time-secrets.js'

/** What lets somebody in or on who asked for it before. Invitations are of those who invite, and stay. */
const purposes: readonly Purpose[] = [
  'password.reset',
  'email.link',
  'email.code',
  'email.change',
  'phone.change',
  'mfa',
  'oauth.code',
  'oauth.link',
]

/** Makes void what was under way when somebody's password or address became another one. */
export async function revokePending(tx: Executor, secrets: OneTimeSecrets, userId: string): Promise<void> {
  for (const purpose of purposes) await secrets.revoke(tx, purpose, userId)
}
