import { createHash, randomBytes } from 'node:crypto'
import type { Executor } from '../platform/db/index.js'

/** How long a set-up link is good for. */
export const setupTokenHours = 24

/** Makes a token for the set-up link. Only its hash is stored. */
export async function issueSetupToken(db: Executor): Promise<string> {
  const token = `hfs_${randomBytes(32).toString('base64url')}`
  await db.run({ text: store, values: [hashOf(token), setupTokenHours] })
  return token
}

/** Whether the token would open the set-up now. */
export async function isSetupToken(db: Executor, token: string): Promise<boolean> {
  const { rowCount } = await db.run({
    text: `select from holdfast.setup_tokens where ${good}`,
    values: [hashOf(token)],
  })
  return rowCount === 1
}

/** Uses the token up, in one statement, so that a link opens once however often it is sent. False when it is not good. */
export async function consumeSetupToken(tx: Executor, token: string): Promise<boolean> {
  const { rowCount } = await tx.run({
    text: `delete from holdfast.setup_tokens where ${good}`,
    values: [hashOf(token)],
  })
  return rowCount === 1
}

/** There is an admin now: no link is needed any more. */
export async function dropSetupTokens(tx: Executor): Promise<void> {
  await tx.run({ text: 'delete from holdfast.setup_tokens', values: [] })
}

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()

const good = `hash = $1 and expires_at > now() and not exists (select from holdfast.user_roles where role = 'admin')`
const store = `
  with expired as (delete from holdfast.setup_tokens where expires_at < now())
  insert into holdfast.setup_tokens (hash, expires_at) values ($1, now() + $2 * interval '1 hour')`
