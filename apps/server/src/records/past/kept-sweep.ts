import { Injectable } from '@nestjs/common'
import { type Collection, SchemaCache } from '../../collections/index.js'
import { Jobs } from '../../jobs/index.js'
import { Database, type Statement } from '../../platform/db/index.js'
import { type KeptLimits, keptLimitsOf } from './kept-limits.js'
import { keptTable } from './past-source.js'

/** Rows that one statement drops: no lock is held for long. */
const batch = 5000

/** Drops versions and deleted records whose days are over, once a day. */
@Injectable()
export class KeptSweep {
  constructor(
    private readonly db: Database,
    private readonly schemas: SchemaCache,
    jobs: Jobs,
  ) {
    jobs.define('history.dropOld', { schedule: '17 2 * * *' }, ({ signal }) => this.sweep(signal))
  }

  async sweep(signal?: AbortSignal): Promise<void> {
    const { collections } = this.schemas.current
    await this.drop(dropOfNobody([...collections.values()].map(({ id }) => id)), signal)
    for (const collection of collections.values()) {
      const statement = dropOld(collection, keptLimitsOf(collection, collections))
      if (statement) await this.drop(statement, signal)
    }
  }

  private async drop(statement: Statement, signal: AbortSignal | undefined): Promise<void> {
    let dropped: number
    do dropped = (await this.db.run(statement)).rowCount ?? 0
    while (dropped === batch && !signal?.aborted)
  }
}

// ── statements ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** What was just written somebody may be about to read, and what webhooks have not read must stay. */
const settled = `c.at < now() - interval '1 hour'
  and c.position <= coalesce((select min(position) from holdfast.change_consumers), 9223372036854775807)`

const dropWhere = (condition: string): string =>
  `delete from ${keptTable} where ctid = any(array(
     select c.ctid from ${keptTable} c where ${condition} and ${settled} limit ${batch}))`

/** Of collections that are gone. */
const dropOfNobody = (ids: readonly string[]): Statement => ({
  text: dropWhere('c.collection <> all($1::uuid[])'),
  values: [ids],
})

const before = (days: number): string => `now() - make_interval(days => ${days})`

function dropOld({ id }: Collection, limits: KeptLimits): Statement | undefined {
  if (limits.forEver) return undefined
  const old = limits.historyDays === undefined ? notKept(limits) : outlived(limits.historyDays, limits)
  return { text: dropWhere(`c.collection = $1 and (${old})`), values: [id] }
}

const notKept = ({ deleteDays, undoDays }: KeptLimits): string =>
  `c.at < case when c.action = 'delete' then ${before(deleteDays)} else ${before(undoDays)} end`

/**
 * A version goes when a later one was there already as long as history goes back: what the record was at that time is still
 * known then. A delete goes last, when nothing is left that it ends, and lists go with the versions they belong to.
 */
function outlived(historyDays: number, { deleteDays, undoDays }: KeptLimits): string {
  const horizon = before(Math.max(historyDays, deleteDays, undoDays))
  const other = `select from ${keptTable} n where n.collection = c.collection and n.record = c.record`
  const field = (row: string): string => `(select k from json_object_keys(${row}.after) k limit 1)`
  return `c.at < ${horizon} and case c.action
    when 'delete' then not exists (${other} and n.position < c.position and n.action <> 'list')
    when 'list' then not exists (${other} and n.action <> 'list') or exists
      (${other} and n.position > c.position and n.action = 'list' and n.at < ${horizon} and ${field('n')} = ${field('c')})
    else exists (${other} and n.position > c.position and n.action <> 'list' and n.at < ${horizon}) end`
}
