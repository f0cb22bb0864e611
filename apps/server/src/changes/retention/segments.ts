import { setTimeout as sleep } from 'node:timers/promises'
import { quoteIdentifier } from '../../lib/index.js'
import { type Database, databaseErrorOf, type Executor } from '../../platform/db/index.js'
import type { Segment } from './plan-trim.js'

/** What is written to now. */
export interface Head {
  readonly bytes: number
  /** Of its oldest change. */
  readonly ageHours: number
}

export async function readSegments(db: Executor): Promise<Segment[]> {
  const { rows } = await db.run({ text: segmentsText, values: [] })
  return (rows as [string, number, number, number][]).map(([name, bytes, upTo, ageHours]) => ({
    name,
    bytes,
    upTo,
    ageHours,
  }))
}

/** Undefined while it is empty. */
export async function readHead(db: Executor): Promise<Head | undefined> {
  const { rows } = await db.run({ text: headText, values: [] })
  const [bytes, ageHours] = rows[0] as [number, number | null]
  return ageHours === null ? undefined : { bytes, ageHours }
}

/** Who reads the log must not miss anything; one that has not read for a week has given that up. */
export async function readNeeded(db: Executor): Promise<number | undefined> {
  const text = `select min(position) from holdfast.change_consumers where updated_at > now() - interval '7 days'`
  return ((await db.run({ text, values: [] })).rows[0]![0] as number | null) ?? undefined
}

/**
 * Makes the head a segment, and begins another. The functions that write name the head, and find the new one by that name.
 * Nobody is writing at that moment, so all of its changes are settled, and those of the new one come after them.
 */
export const closeHead = (db: Database): Promise<boolean> =>
  atOnce(db, async (tx) => {
    await tx.run({ text: 'lock table holdfast.changes_head in access exclusive mode', values: [] })
    const { rows } = await tx.run({ text: 'select last_value from holdfast.changes_position', values: [] })
    const upTo = rows[0]![0] as number
    const name = `changes_${upTo}`
    for (const text of closeTexts(quoteIdentifier(name))) await tx.run({ text, values: [] })
    await tx.run({ text: 'insert into holdfast.change_segments (name, up_to) values ($1, $2)', values: [name, upTo] })
  })

const closeTexts = (name: string): string[] => [
  `alter table holdfast.changes_head rename to ${name}`,
  'create table holdfast.changes_head (like holdfast.changes including defaults) inherits (holdfast.changes)',
  'create index on holdfast.changes_head (position)',
  `create index on holdfast.changes_head (record) where action = 'list'`,
]

export const dropSegment = (db: Database, { name, upTo }: Segment): Promise<boolean> =>
  atOnce(db, async (tx) => {
    await tx.run({ text: `drop table holdfast.${quoteIdentifier(name)}`, values: [] })
    await tx.run({ text: 'delete from holdfast.change_segments where name = $1', values: [name] })
    const text = 'update holdfast.changes_trimmed set position = greatest(position, $1)'
    await tx.run({ text, values: [upTo] })
  })

const attempts = 20
/** While one waits for a lock, all who write wait behind. */
const patience = '100ms'

/** Runs what needs a table for itself, in a moment when it is free. False: it never was. */
async function atOnce(db: Database, work: (tx: Executor) => Promise<void>): Promise<boolean> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    try {
      await db.transaction(async (tx) => {
        await tx.run({ text: `set local lock_timeout = '${patience}'`, values: [] })
        await work(tx)
      })
      return true
    } catch (error) {
      // 55P03: not in time; 40P01: one who writes waited for us, too.
      if (!/^(55P03|40P01)$/.test(databaseErrorOf(error)?.code ?? '')) throw error
      await sleep(50 + Math.random() * 250)
    }
  }
  return false
}

const hoursSince = (time: string): string => `(extract(epoch from now() - ${time}) / 3600)::float8`

const segmentsText = `
  select s.name, pg_total_relation_size(format('holdfast.%I', s.name)::regclass)::int8, s.up_to, ${hoursSince('s.closed_at')}
  from holdfast.change_segments s order by s.up_to`

const headText = `
  select pg_total_relation_size('holdfast.changes_head')::int8,
    (select ${hoursSince('h.at')} from holdfast.changes_head h order by h.position limit 1)`
