import type { FactorInfo } from '@holdfast/contract'
import { mustHaveSecondFactor } from '../../auth/index.js'
import { AppError } from '../../lib/index.js'
import type { Executor } from '../../platform/db/index.js'
import { requireWayIn } from '../account/ways-in.js'

/** Factors that are set up, the oldest first. */
export async function listFactors(db: Executor, userId: string): Promise<FactorInfo[]> {
  const { rows } = await db.run({ text: list, values: [userId] })
  return (rows as [string, FactorInfo['kind'], string, string, string | null][]).map(
    ([id, kind, name, createdAt, lastUsedAt]) => ({ id, kind, name, createdAt, lastUsedAt }),
  )
}

export async function isSecondFactorRequired(db: Executor, userId: string): Promise<boolean> {
  const { rows } = await db.run({ text: `select ${mustHaveSecondFactor('$1::uuid')}`, values: [userId] })
  return rows[0]![0] as boolean
}

/** Makes changes of one user's factors come one after the other, until the transaction ends. */
export async function lockFactors(tx: Executor, userId: string): Promise<void> {
  await tx.run({ text: 'select from public.users where id = $1 for no key update', values: [userId] })
}

export async function countFactors(tx: Executor, userId: string, kind?: FactorInfo['kind']): Promise<number> {
  const { rows } = await tx.run({ text: count, values: [userId, kind ?? null] })
  return rows[0]![0] as number
}

/**
 * Removes a factor of this user, and with the last one the recovery codes. Returns the name it had.
 * @throws not_found, conflict when a role requires the last one, or the user could not sign in any more
 */
export async function removeFactor(
  tx: Executor,
  userId: string,
  id: string,
  kind?: FactorInfo['kind'],
): Promise<string> {
  await lockFactors(tx, userId)
  const { rows } = await tx.run({ text: remove, values: [userId, id, kind ?? null] })
  if (rows[0] === undefined) throw new AppError('not_found', 'There is no such factor')
  if ((await countFactors(tx, userId)) === 0) {
    if (await isSecondFactorRequired(tx, userId)) throw lastFactor()
    await tx.run({ text: 'delete from holdfast.recovery_codes where user_id = $1', values: [userId] })
  }
  const [name, removed] = rows[0] as [string, FactorInfo['kind']]
  if (removed === 'passkey') await requireWayIn(tx, userId)
  return name
}

const lastFactor = (): AppError =>
  new AppError('conflict', 'A role of yours must have a second factor, and this is the last', {
    hint: 'Set up another one first',
  })

const time = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

const list = `
  select id, kind, name, ${time('created_at')}, ${time('last_used_at')} from holdfast.factors
  where user_id = $1 and confirmed_at is not null order by id`
const count = `
  select count(*)::int from holdfast.factors
  where user_id = $1 and confirmed_at is not null and ($2::text is null or kind = $2)`
const remove = `
  delete from holdfast.factors where user_id = $1 and id = $2 and confirmed_at is not null and ($3::text is null or kind = $3) returning name, kind`
