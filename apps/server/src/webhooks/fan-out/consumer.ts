import { type ChangeCursor, neededFrom } from '../../changes/index.js'
import type { Executor } from '../../platform/db/index.js'

/**
 * How far webhooks have read the log: a row of `holdfast.change_consumers`, there as long as a webhook is enabled. The log
 * is not trimmed beyond it.
 */
const name = 'webhooks'

/** Held while webhooks are enabled and disabled, and while a page is fanned out. */
const enablingLock = 4400031
const fanOutLock = 4400032

/** Keeps others from enabling and disabling webhooks until the transaction ends. */
export async function lockEnabling(tx: Executor): Promise<void> {
  await tx.run({ text: `select pg_advisory_xact_lock(${enablingLock})`, values: [] })
}

/** Is this the one node that fans out, until the transaction ends? */
export async function tryLockFanOut(tx: Executor): Promise<boolean> {
  const { rows } = await tx.run({ text: `select pg_try_advisory_xact_lock(${fanOutLock})`, values: [] })
  return rows[0]![0] as boolean
}

/** Waits for the page that is fanned out now, and lets no other begin until the transaction ends. */
export async function lockFanOut(tx: Executor): Promise<void> {
  await tx.run({ text: `select pg_advisory_xact_lock(${fanOutLock})`, values: [] })
}

export async function readConsumer(db: Executor): Promise<ChangeCursor | undefined> {
  const { rows } = await db.run({
    text: 'select cursor from holdfast.change_consumers where name = $1',
    values: [name],
  })
  return rows[0] && (JSON.parse(rows[0][0] as string) as ChangeCursor)
}

/** Reading begins here, unless webhooks are read already. */
export async function startConsumer(tx: Executor, cursor: ChangeCursor): Promise<void> {
  const text = `insert into holdfast.change_consumers (name, cursor, position) values ($1, $2, $3) on conflict do nothing`
  await tx.run({ text, values: [name, JSON.stringify(cursor), neededFrom(cursor)] })
}

export async function moveConsumer(tx: Executor, cursor: ChangeCursor): Promise<void> {
  const text =
    'update holdfast.change_consumers set cursor = $2, position = greatest(position, $3), updated_at = now() where name = $1'
  await tx.run({ text, values: [name, JSON.stringify(cursor), neededFrom(cursor)] })
}

/** Once no webhook is enabled, nothing is read and the log need not be kept. */
export async function stopIdleConsumer(tx: Executor): Promise<void> {
  const text =
    'delete from holdfast.change_consumers where name = $1 and not exists (select from holdfast.webhooks where enabled)'
  await tx.run({ text, values: [name] })
}
