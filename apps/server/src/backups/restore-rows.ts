import type { RestoredCollection } from '@holdfast/contract'
import type { Schema } from '../collections/index.js'
import { defineError } from '../lib/index.js'
import type { Executor } from '../platform/db/index.js'
import type { Row, TableLine } from './backup-format.js'
import { type BackupTable, tablesOf, usersName } from './backup-tables.js'

const invalid = defineError('validation_failed')

/** A table of the backup whose rows wait in a temporary table. */
interface Waiting {
  readonly target: BackupTable
  /** Only those that the file has. */
  readonly columns: BackupTable['columns']
  readonly temporary: string
}

/**
 * Puts rows of a backup back in one transaction. They are gathered in temporary tables first, and written by one statement
 * for all collections: foreign keys are checked at its end, so it matters to none in which order records come back.
 */
export class RowRestore {
  private readonly waiting: Waiting[] = []

  constructor(
    private readonly tx: Executor,
    private readonly schema: Schema,
    /** Names of collections to restore; all where undefined. */
    private readonly wanted: ReadonlySet<string> | undefined,
  ) {}

  /** Takes the rows of a table, if they are wanted. @throws validation_failed for fields that there are not */
  async begin(line: TableLine): Promise<((rows: readonly Row[]) => Promise<void>) | undefined> {
    if (this.wanted && !this.wanted.has(line.collection)) return undefined
    const collection = this.schema.collections.get(line.collection)
    const target = collection && tablesOf(collection).find(({ list }) => list?.name === line.list)
    if (!target) throw invalid(`The backup has records of ${line.collection}, which it does not define`)
    const columns = line.fields.map((name) => {
      const column = target.columns.find((one) => one.name === name)
      if (!column) throw invalid(`The backup has a field ${name} of ${line.collection}, which it does not define`)
      return column
    })
    if (!target.list && !line.fields.includes('id')) throw invalid(`The records of ${line.collection} have no ids`)
    const temporary = `restored_${this.waiting.length}`
    await this.run(
      `create temporary table ${temporary} (${columns.map(({ sql, type }) => `${sql} ${type}`).join(', ')}) on commit drop`,
    )
    this.waiting.push({ target, columns, temporary })
    const values = columns.map(({ type }, at) => `(r->>${at})::${type}`).join(', ')
    const insert = `insert into ${temporary} select ${values} from jsonb_array_elements($1::jsonb) r`
    return (rows) => this.run(insert, [JSON.stringify(rows)]).then(() => undefined)
  }

  /** Writes what was taken. With `exact`, records that were not in the backup go, but for users. */
  async finish(exact: boolean): Promise<RestoredCollection[]> {
    const records = this.waiting.filter(({ target }) => !target.list)
    if (records.length === 0) return []
    await this.recognisePeople()
    for (const { temporary } of this.waiting) await this.run(`analyze ${temporary}`)
    const parts = records.flatMap((table, at) => [upsert(table, at), ...(exact ? drop(table, at) : [])])
    const counts = records.map((table, at) => countsOf(table, at, exact))
    const { rows } = await this.run(`with ${parts.join(', ')} select ${counts.join(', ')}`)
    for (const list of this.waiting.filter(({ target }) => target.list)) await this.writeList(list)
    return records.map(({ target }, at) => {
      const [total, inserted, updated, deleted] = (rows[0] as (string | number)[]).slice(at * 4, at * 4 + 4).map(Number)
      return {
        collection: target.collection.name,
        inserted: inserted!,
        updated: updated!,
        unchanged: total! - inserted! - updated!,
        deleted: deleted!,
      }
    })
  }

  /**
   * People are known by their address: whoever has another id today, as on another server, stays who they are, and what was
   * theirs in the backup is theirs.
   */
  private async recognisePeople(): Promise<void> {
    const users = this.waiting.find(({ target }) => target.collection.name === usersName && !target.list)
    if (!users?.columns.some(({ name }) => name === 'email')) return
    await this.run(`create temporary table restored_people on commit drop as
      select r."id" as old_id, t."id" as new_id from ${users.temporary} r join ${users.target.table} t on t."email" = r."email" and t."id" <> r."id"`)
    await this.run(`delete from ${users.temporary} where "id" in (select old_id from restored_people)`)
    for (const { temporary, columns } of this.waiting)
      for (const { sql } of columns.filter(({ ofUsers }) => ofUsers))
        await this.run(`update ${temporary} r set ${sql} = p.new_id from restored_people p where r.${sql} = p.old_id`)
  }

  private async writeList({ target, columns, temporary }: Waiting): Promise<void> {
    const owner = this.waiting.find((one) => one.target.collection === target.collection && !one.target.list)!
    const names = columns.map(({ sql }) => sql).join(', ')
    const gone = `delete from ${target.table} t where "source" in (select "id" from ${owner.temporary})`
    await this.run(`${gone} and not exists (select from ${temporary} r where (r.*) is not distinct from (t.*))`)
    await this.run(`insert into ${target.table} (${names}) select ${names} from ${temporary} on conflict do nothing`)
  }

  private run(text: string, values: unknown[] = []) {
    return this.tx.run({ text, values: values as never })
  }
}

/**
 * A record that is there already is changed only where it differs, and gets a new version: whoever still holds the one of
 * today must not take the next for it.
 */
function upsert({ target, columns, temporary }: Waiting, at: number): string {
  const names = columns.map(({ sql }) => sql)
  const changes = columns.filter(({ name }) => !ownToEachWrite.has(name) && name !== 'id').map(({ sql }) => sql)
  const set = [
    ...changes.map((name) => `${name} = excluded.${name}`),
    ...columns.flatMap(({ name, sql }) => (ownToEachWrite.has(name) ? [`${sql} = ${ownToEachWrite.get(name)}`] : [])),
  ]
  // As texts, which every type has: points and the like know no order by which they could be compared.
  const texts = (row: string) => changes.map((name) => `${row}.${name}::text`).join(', ')
  return `u${at} as (insert into ${target.table} as t (${names.join(', ')}) select ${names.join(', ')} from ${temporary}
    on conflict ("id") do update set ${set.join(', ')} where (${texts('t')}) is distinct from (${texts('excluded')})
    returning (xmax = 0) as is_new)`
}

const ownToEachWrite: ReadonlyMap<string, string> = new Map([
  ['version', 't."version" + 1'],
  ['updatedAt', 'now()'],
])

const drop = ({ target, temporary }: Waiting, at: number): string[] =>
  target.collection.name === usersName
    ? []
    : [
        `d${at} as (delete from ${target.table} t where not exists (select from ${temporary} r where r."id" = t."id") returning 1)`,
      ]

function countsOf({ target, temporary }: Waiting, at: number, exact: boolean): string {
  const deleted = exact && target.collection.name !== usersName ? `(select count(*) from d${at})` : '0'
  const count = (of: string) => `(select count(*) from u${at} where ${of})`
  return `(select count(*) from ${temporary}), ${count('is_new')}, ${count('not is_new')}, ${deleted}`
}
