import type { Invite } from '@holdfast/contract'
import type { Executor } from '../../platform/db/index.js'
import { iso } from '../sessions/session-store.js'

export interface InviteToStore {
  readonly id: string
  readonly email: string
  readonly roles: readonly string[]
  readonly createdBy: string | null
  readonly seconds: number
}

export async function insertInvite(tx: Executor, invite: InviteToStore): Promise<Invite> {
  const { id, email, roles, createdBy, seconds } = invite
  const { rows } = await tx.run({ text: insert, values: [id, email, roles, createdBy, seconds] })
  return JSON.parse((rows as [string][])[0]![0])
}

/** Those that wait, the newest first. */
export async function listInvites(db: Executor, limit: number, after: string | undefined): Promise<Invite[]> {
  const { rows } = await db.run({ text: list, values: [limit, after ?? null] })
  return (rows as [string][]).map(([json]) => JSON.parse(json))
}

/** What it was; undefined where there is none, or somebody has accepted it. */
export async function takeBackInvite(
  tx: Executor,
  id: string,
): Promise<{ email: string; roles: string[] } | undefined> {
  const { rows } = await tx.run({ text: takeBack, values: [id] })
  const [row] = rows as [string, string][]
  return row && { email: row[0], roles: JSON.parse(row[1]) }
}

/** The invitation, accepted by this; undefined when it was before, or was taken back. */
export async function takeInvite(tx: Executor, id: string): Promise<{ email: string; roles: string[] } | undefined> {
  const { rows } = await tx.run({ text: take, values: [id] })
  const [row] = rows as [string, string][]
  return row && { email: row[0], roles: JSON.parse(row[1]) }
}

/** Addresses of people who never came, and of those who have an account by now. */
export async function dropOldInvites(db: Executor): Promise<void> {
  await db.run({ text: dropOld, values: [] })
}

const shown = `json_build_object('id', id, 'email', email, 'roles', roles, 'createdAt', ${iso('created_at')},
    'createdBy', created_by, 'expiresAt', ${iso('expires_at')})::text`
const open = 'accepted_at is null and expires_at > now()'

const insert = `
  insert into holdfast.invites (id, email, roles, created_by, expires_at)
  values ($1, $2, $3, $4, now() + $5 * interval '1 second') returning ${shown}`
const list = `
  select ${shown} from holdfast.invites
  where ${open} and ($2::uuid is null or id < $2) order by id desc limit $1`
const takeBack = `
  delete from holdfast.invites where id = $1 and accepted_at is null returning email, to_json(roles)::text`
const dropOld = `
  delete from holdfast.invites
  where expires_at < now() - interval '30 days' or accepted_at < now() - interval '30 days'`
const take = `
  update holdfast.invites set accepted_at = now() where id = $1 and ${open} returning email, to_json(roles)::text`
