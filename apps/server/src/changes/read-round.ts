import type { Executor } from '../platform/db/index.js'
import type { ChangeCursor } from './change-cursor.js'

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

export interface Round {
  readonly rows: readonly LogRow[]
  /** Transactions before this one have ended. */
  readonly high: number
  /** No transaction from this one on had begun. */
  readonly xmax: number
  /** Positions up to this one were taken when the round was read. */
  readonly lastPosition: number
}

/**
 * Reads up to `limit` rows after the cursor: of the round it is in, or of the next one. One statement, so that rows and
 * horizon are of the same moment.
 */
export async function readRound(
  db: Executor,
  { low, floor, high, position }: ChangeCursor,
  limit: number,
  collectionIds?: readonly string[],
): Promise<Round> {
  const values = [low, Math.max(floor, position ?? 0), high ?? null, limit, collectionIds ?? null]
  const { rows } = await db.run({ text: readText, values })
  const [first] = rows as unknown[][]
  return {
    rows: (rows as unknown[][]).filter((row) => row[3] !== null).map(toRow),
    high: first![0] as number,
    xmax: first![1] as number,
    lastPosition: first![2] as number,
  }
}

/** Lists that were logged beside changes of a page, behind its end. */
export async function readListsBetween(
  db: Executor,
  low: number,
  high: number,
  after: number,
  upTo: number,
): Promise<LogRow[]> {
  const { rows } = await db.run({ text: listsText, values: [low, high, after, upTo] })
  return (rows as unknown[][]).map((row) => toRow([null, null, null, ...row]))
}

const toRow = (row: unknown[]): LogRow => {
  const [, , , position, tx, at, collectionId, action, recordId, before, after, cause] = row
  return { position, tx, at, collectionId, action, recordId, before, after, cause } as LogRow
}

const number = (xid: string): string => `${xid}::text::int8`

const columns = `c.position, ${number('c.tx')}, to_char(c.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    c.collection, c.action, c.record, c.before::text, c.after::text, c.cause`

const listsText = `
  select ${columns} from holdfast.changes c
  where c.position > $3 and c.position <= $4 and c.tx >= $1::text::xid8 and c.tx < $2::text::xid8 and c.action = 'list'
  order by c.position`

const readText = `
  select ${number('h.high')}, ${number('h.xmax')}, (select last_value from holdfast.changes_position)::int8, ${columns}
  from (select least($3::text::xid8, pg_snapshot_xmin(s)) as high, pg_snapshot_xmax(s) as xmax
    from pg_current_snapshot() s) h
  left join lateral (
    select * from holdfast.changes c
    where c.position > $2 and c.tx >= $1::text::xid8 and c.tx < h.high and c.action <> 'base'
      and ($5::uuid[] is null or c.collection = any($5))
    order by c.position limit $4) c on true
  order by c.position`
