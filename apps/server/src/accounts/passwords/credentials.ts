import type { ProvenPassword } from '../../auth/index.js'
import type { Executor } from '../../platform/db/index.js'

/** What is stored of a password. It lies apart from the `users` collection, out of reach of the record API. */
export type Credential = ProvenPassword

export async function findCredential(db: Executor, email: string): Promise<Credential | undefined> {
  return toCredential(await db.run({ text: byEmail, values: [email] }))
}

export async function findCredentialOf(db: Executor, userId: string): Promise<Credential | undefined> {
  return toCredential(await db.run({ text: byUser, values: [userId] }))
}

/** Gives a user a password, or another one. */
export async function storePassword(db: Executor, { userId, passwordHash }: Credential): Promise<void> {
  await db.run({ text: store, values: [userId, passwordHash] })
}

/** Replaces a password that was proven; false when it has become another one since. */
export async function replacePassword(db: Executor, proven: Credential, passwordHash: string): Promise<boolean> {
  const { rowCount } = await db.run({ text: replace, values: [proven.userId, proven.passwordHash, passwordHash] })
  return rowCount === 1
}

const byEmail = `
  select c.user_id, c.password_hash from public.users u join holdfast.credentials c on c.user_id = u.id where u.email = $1`
const byUser = 'select user_id, password_hash from holdfast.credentials where user_id = $1'
const replace = `
  update holdfast.credentials set password_hash = $3, changed_at = now() where user_id = $1 and password_hash = $2`
const store = `
  insert into holdfast.credentials (user_id, password_hash) values ($1, $2)
  on conflict (user_id) do update set password_hash = excluded.password_hash, changed_at = now()`

function toCredential({ rows }: { rows: unknown[] }): Credential | undefined {
  const [row] = rows as [string, string][]
  return row && { userId: row[0], passwordHash: row[1] }
}
