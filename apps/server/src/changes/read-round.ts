import type { Executor } from '../platform/db/index.js'
import type { ChangeCursor, Horizon } from './change-cursor.js'
import { writeSnapshot } from './floors.js'

/** One row of the log. Images are JSON text. */
export interface LogRow {
  readonly position: number
  readonly tx: number
  readonly at: string
  readonly collectionId: string
  readonly action: 'create' | 'update' | 'delete' | 'list'
  readonly recordId: string
  readonly before: string | null
  readonly after: string | null
  readonly cause: string | null
}

/** A moment of the database. */
export interface Moment {
  /** A `pg_snapshot`. */
  readonly snapshot: string
  /** No transaction it sees has a position above. */
  readonly lastPosition: number
  /** Up to here the log was trimmed. */
  readonly trimmed: number
  /** The id of the transaction that read it, where one was asked for. */
  readonly tx: number | null
}

export interface RoundPart extends Moment {
  readonly rows: readonly LogRow[]
  /** Read from here… */
  readonly after: number
  /** …up to here, unless the limit was reached. */
  readonly upTo: number
  /** No position of the round is above. */
  readonly end: number
}

export interface RoundOptions {
  readonly limit: number
  readonly collectionIds?: readonly string[] | undefined
  /** What the round ends with; undefined for one that begins now. */
  readonly until: Horizon | undefined
  /** Positions up to this one were taken in an earlier life of the database, and their transactions have ended. */
  readonly restored: number
  readonly checkpoint: boolean
}

/** How many positions one statement looks at: few may be of the round, and a statement must end in time. */
const reach = 200_000

/**
 * Reads up to `limit` rows after the cursor: of the round it is in, or of one that begins now. One statement, so that rows
 * and snapshot are of the same moment.
 */
export async function readRound(db: Executor, cursor: ChangeCursor, options: RoundOptions): Promise<RoundPart> {
  const { since, round } = cursor
  const { until } = options
  const values = [
    since.xmax,
    since.running.map(([tx]) => tx),
    since.running.map(([, floor]) => floor),
    since.floor,
    until ? writeSnapshot(until) : null,
    round?.position ?? null,
    round?.end ?? null,
    options.limit,
    options.collectionIds ?? null,
    options.restored,
    reach,
    options.checkpoint,
  ]
  const { rows } = await db.run({ text: roundText, values })
  const [first] = rows as unknown[][]
  const [snapshot, lastPosition, trimmed, tx, after, upTo, end] = first as [
    string,
    number,
    number,
    number | null,
    number,
    number,
    number,
  ]
  const found = (rows as unknown[][]).filter((row) => row[7] !== null).map((row) => toRow(row.slice(7)))
  return { snapshot, lastPosition, trimmed, tx, after, upTo, end, rows: found }
}

export async function readMoment(db: Executor, checkpoint = false): Promise<Moment> {
  const { rows } = await db.run({ text: momentText, values: [checkpoint] })
  const [snapshot, lastPosition, trimmed, tx] = rows[0] as [string, number, number, number | null]
  return { snapshot, lastPosition, trimmed, tx }
}

/** Lists that were logged beside changes of a page, behind its end. */
export async function readListsAfter(db: Executor, rows: readonly LogRow[], position: number): Promise<LogRow[]> {
  const values = [rows.map(({ recordId }) => recordId), [...new Set(rows.map(({ tx }) => tx))], position]
  const lists = await db.run({ text: listsText, values })
  return (lists.rows as unknown[][]).map(toRow)
}

const toRow = (row: unknown[]): LogRow => {
  const [position, tx, at, collectionId, action, recordId, before, after, cause] = row
  return { position, tx, at, collectionId, action, recordId, before, after, cause } as LogRow
}

const columns = `c.position, c.tx::text::int8, to_char(c.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    c.collection, c.action, c.record, c.before::text, c.after::text, c.cause`

const lastPosition = '(select last_value from holdfast.changes_position)'
const trimmed = '(select position from holdfast.changes_trimmed)'

const ownTx = (asked: string): string => `case when ${asked}::bool then pg_current_xact_id()::text::int8 end`

const momentText = `select pg_current_snapshot()::text, ${lastPosition}, ${trimmed}, ${ownTx('$1')}`

const listsText = `
  select ${columns} from holdfast.changes c
  where c.record = any($1::uuid[]) and c.action = 'list' and c.tx = any($2::xid8[]) and c.position > $3
  order by c.position`

/**
 * Of the transactions that ran when the round before it was read, those that have ended since may have low positions: only
 * for these it looks back. (`offset 0` keeps what is before it from being computed for each row.)
 */
const roundText = `
  select m.s::text, m.last, m.trimmed, m.tx, p.after, p.up_to, p.ending, ${columns}
  from (
    select coalesce($5::pg_snapshot, pg_current_snapshot()) as s, ${lastPosition} as last, ${trimmed} as trimmed,
      ${ownTx('$12')} as tx offset 0) m
  cross join lateral (
    select b.after, least(b.after + $11::int8, b.ending) as up_to, b.ending
    from (select coalesce($6::int8, least($4::int8, (
        select min(r.floor) from unnest($2::xid8[], $3::int8[]) r(tx, floor) where pg_visible_in_snapshot(r.tx, m.s)))) as after,
      coalesce($7::int8, m.last) as ending offset 0) b offset 0) p
  left join lateral (
    select * from holdfast.changes c
    where c.position > p.after and c.position <= p.up_to and c.action <> 'base'
      and (c.tx >= $1::text::xid8 or c.tx = any($2::xid8[]))
      and (c.position <= $10::int8 or pg_visible_in_snapshot(c.tx, m.s))
      and ($9::uuid[] is null or c.collection = any($9))
    order by c.position limit $8) c on true
  order by c.position`
