import { randomInt } from 'node:crypto'
import { type Database, databaseErrorOf, type Executor } from '../platform/db/index.js'
import { type ChangeCursor, neededFrom } from './change-cursor.js'

/** One life of the database, in which transaction ids and positions only rise. */
export interface Origin {
  readonly id: number
  /** Positions up to this one were taken before it began. */
  readonly restored: number
}

/**
 * In which life the database is. A dump that is loaded elsewhere brings a log whose transaction ids mean nothing there; one
 * that is set back in time, or a standby that takes over, may give the same ids and positions once more. Both begin a new
 * life: cursors that clients hold are of no use any more, and those of consumers, which came with the log, are translated.
 */
export async function findOrigin(db: Database): Promise<Origin> {
  const identity = await readIdentity(db)
  const known = await readOrigin(db)
  if (known?.identity === identity) return known.origin
  return db.transaction(async (tx) => {
    await tx.run({ text: `select pg_advisory_xact_lock(hashtext('holdfast.change_origin'))`, values: [] })
    const now = await readOrigin(tx)
    if (now?.identity === identity) return now.origin
    // Of a log that was never in use nothing is left to translate.
    return beginLife(tx, identity, now?.origin)
  })
}

async function beginLife(tx: Executor, identity: string, former: Origin | undefined): Promise<Origin> {
  const id = randomInt(1, 2 ** 47)
  const { rows } = await tx.run({
    text: `insert into holdfast.change_origin (id, identity, position)
      values ($1, $2, case when $3 then (select last_value from holdfast.changes_position) else 0 end)
      on conflict (singleton) do update set id = excluded.id, identity = excluded.identity, position = excluded.position
      returning position`,
    values: [id, identity, former !== undefined],
  })
  const origin = { id, restored: rows[0]![0] as number }
  if (former) await translateConsumers(tx, former, origin)
  return origin
}

/** Consumers read on at the first change they have not read; some behind it they may read twice. */
async function translateConsumers(tx: Executor, former: Origin, origin: Origin): Promise<void> {
  const { rows } = await tx.run({
    text: 'select name, cursor::text from holdfast.change_consumers for update',
    values: [],
  })
  for (const [name, text] of rows as [string, string][]) {
    const cursor = JSON.parse(text) as ChangeCursor
    const floor = cursor.origin === former.id ? await lastReadOf(tx, cursor) : 0
    const translated: ChangeCursor = { origin: origin.id, since: { xmax: 0, floor, running: [] } }
    const values = [name, JSON.stringify(translated), neededFrom(translated)]
    await tx.run({ text: 'update holdfast.change_consumers set cursor = $2, position = $3 where name = $1', values })
  }
}

/** The position before the first change that a cursor has not read. All changes there are have been committed. */
async function lastReadOf(tx: Executor, cursor: ChangeCursor): Promise<number> {
  const { since, round } = cursor
  const values = [
    neededFrom({ origin: cursor.origin, since }),
    since.xmax,
    since.running.map(([running]) => running),
    round?.until.xmax ?? 0,
    round?.until.running.map(([running]) => running) ?? [],
    round?.position ?? 0,
  ]
  const { rows } = await tx.run({ text: firstUnreadText, values })
  return (rows[0]![0] as number) - 1
}

const firstUnreadText = `
  select coalesce(min(c.position), (select last_value from holdfast.changes_position) + 1) from holdfast.changes c
  where c.position > $1 and (c.tx >= $2::text::xid8 or c.tx = any($3::xid8[]))
    and not (c.tx < $4::text::xid8 and c.tx <> all($5::xid8[]) and c.position <= $6)`

async function readOrigin(db: Executor): Promise<{ identity: string; origin: Origin } | undefined> {
  const { rows } = await db.run({ text: 'select identity, id, position from holdfast.change_origin', values: [] })
  if (rows.length === 0) return undefined
  const [identity, id, restored] = rows[0] as [string, number, number]
  return { identity, origin: { id, restored } }
}

/** Cluster, timeline and database. Where a host keeps the first two to itself, the database has to do. */
async function readIdentity(db: Executor): Promise<string> {
  try {
    return (await db.run({ text: identityText, values: [] })).rows[0]![0] as string
  } catch (error) {
    if (!databaseErrorOf(error)) throw error
    return (await db.run({ text: databaseText, values: [] })).rows[0]![0] as string
  }
}

const databaseText = 'select oid::text from pg_database where datname = current_database()'

const identityText = `
  select c.system_identifier || ' ' || left(pg_walfile_name(pg_current_wal_lsn()), 8) || ' ' || (${databaseText})
  from pg_control_system() c`
