import type { Json } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import type { Principal } from '../../auth/index.js'
import type { Sight } from '../../changes/index.js'
import type { Collection } from '../../collections/index.js'
import { quoteIdentifier } from '../../lib/index.js'
import { bindingsOf } from '../../permissions/index.js'
import { Database } from '../../platform/db/index.js'
import type { Plan } from '../plan.js'
import { ListReader } from '../read/list-reader.js'
import { planList } from '../read/plan-list.js'
import { run } from '../run.js'
import type { LiveQuery } from './parse-live-query.js'
import { planStates } from './plan-states.js'

/** What a record is, or was at some moment: by the names of its fields. */
export type RecordState = { readonly [field: string]: Json | undefined }

/** The records of a query at one moment, and which transactions had ended by then. */
export interface Snapshot {
  readonly records: readonly RecordState[]
  readonly sight: Sight
}

/** States in one statement. */
const statesAtOnce = 500

/** Reads for those who are told of changes. */
@Injectable()
export class LiveRecords {
  private readonly plans = new WeakMap<LiveQuery, Plan>()

  constructor(
    private readonly db: Database,
    private readonly lists: ListReader,
  ) {}

  /** The records there are. @throws query_too_expensive */
  snapshot(query: LiveQuery, principal: Principal): Promise<Snapshot> {
    return this.db.transaction(
      async (transaction) => {
        const { rows } = await transaction.run({ text: 'select pg_current_snapshot()::text', values: [] })
        const json = await this.lists.read(transaction, planList(query), undefined, principal)
        const { data } = JSON.parse(json) as { data: RecordState[] }
        return { records: data, sight: toSight(rows[0]![0] as string) }
      },
      { isolation: 'REPEATABLE READ' },
    )
  }

  /** Per state the record as the query shows it, as JSON; undefined where it does not. See {@link planStates}. */
  async show(
    query: LiveQuery,
    principal: Principal,
    states: readonly RecordState[],
  ): Promise<readonly (string | undefined)[]> {
    const plan = this.planOf(query)
    const shown: (string | undefined)[] = states.map(() => undefined)
    for (let start = 0; start < states.length; start += statesAtOnce) {
      const part = JSON.stringify(states.slice(start, start + statesAtOnce))
      const rows = await run(this.db, plan, bindingsOf(principal), [part])
      // Lists that PostgreSQL makes have line feeds.
      for (const [place, json] of rows as [number, string][])
        shown[start + place - 1] = JSON.stringify(JSON.parse(json))
    }
    return shown
  }

  /** The records of these ids as they are now, by id, with all their fields, whoever may see them. */
  async read(collection: Collection, ids: readonly string[]): Promise<ReadonlyMap<string, RecordState>> {
    const columns = [...collection.fields.values()].map(
      (field) => `${field.select('p')} as ${quoteIdentifier(field.name)}`,
    )
    const row = `(select row_to_json(_x) from (select ${columns.join(', ')}) _x)::text`
    const text = `select p."id", ${row} from ${collection.table} p where p."id" = any($1::uuid[])`
    const { rows } = await this.db.run({ text, values: [ids] })
    return new Map((rows as [string, string][]).map(([id, json]) => [id, JSON.parse(json) as RecordState]))
  }

  private planOf(query: LiveQuery): Plan {
    const plan = this.plans.get(query) ?? planStates(query)
    this.plans.set(query, plan)
    return plan
  }

  /** The lists of all to-many relations, by record and field, as they are now. */
  async listsOf(collection: Collection, ids: readonly string[]): Promise<ReadonlyMap<string, RecordState>> {
    const fields = [...collection.fields.values()].filter(({ relation }) => relation?.kind === 'many')
    if (fields.length === 0 || ids.length === 0) return new Map()
    const lists = fields.map((field) => `'${field.name}', ${field.select('p')}`)
    const text = `select p."id", json_build_object(${lists.join(', ')})::text from unnest($1::uuid[]) p("id")`
    const { rows } = await this.db.run({ text, values: [ids] })
    return new Map((rows as [string, string][]).map(([id, json]) => [id, JSON.parse(json) as RecordState]))
  }
}

/** `xmin:xmax:running,…` */
function toSight(snapshot: string): Sight {
  const [, xmax, running] = snapshot.split(':')
  return { xmax: Number(xmax), running: running ? running.split(',').map(Number) : [] }
}
