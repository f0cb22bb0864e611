import { Injectable } from '@nestjs/common'
import { type Collection, type Field, SchemaCache } from '../../collections/index.js'
import { quoteLiteral } from '../../lib/index.js'
import { RowScope } from '../../permissions/index.js'
import type { Executor } from '../../platform/db/index.js'
import { renamedSql } from '../past/past-source.js'
import { run } from '../run.js'
import { type Deleted, findCascade } from '../trash/find-cascade.js'
import { InternalWrites } from '../write/internal-writes.js'
import { type PersonalCollection, personalCollections, planAnonymise, planDeletePersonal } from './plan-personal.js'

/** What an erasure left in the change log for those who have yet to be told of it. */
export interface ErasedTraces {
  /** Of its transaction. */
  readonly tx: string
  /** Positions of its changes are above it. */
  readonly after: string
}

/** A record of which nothing may be left. */
export interface ErasedRecord {
  readonly collection: string
  readonly id: string
  /** Position of the one change of which nothing may be left; the record stays. */
  readonly change?: string | undefined
}

type TraceHandler = (tx: Executor, erased: readonly ErasedRecord[]) => Promise<void>

const reason = 'erase a person'
const idsAtOnce = 500

/**
 * Erases users, and the records about them as `personalData` of the collections says: from the tables, from history and
 * trash at once, from the change log once nobody has to be told any more.
 */
@Injectable()
export class PersonalRecords {
  private readonly handlers: TraceHandler[] = []

  constructor(
    private readonly schemas: SchemaCache,
    private readonly writes: InternalWrites,
  ) {}

  /** Calls `handler` for records of which it may have kept something. */
  onErase(handler: TraceHandler): void {
    this.handlers.push(handler)
  }

  /** The collections with records about users, and the field that says about whom. */
  list(): PersonalCollection[] {
    return personalCollections(this.schemas.current.collections)
  }

  /**
   * Erases a user within a transaction. What is logged of it must be dropped later, by `dropTraces`. Undefined where there
   * is no such user. @throws conflict for the last admin, reference_violation where other records hold the user
   */
  async erase(tx: Executor, userId: string): Promise<ErasedTraces | undefined> {
    const [after, transaction] = (await tx.run({ text: findStart, values: [] })).rows[0] as [string, string]
    const gone = await this.findGone(tx, userId)
    const anonymised: ErasedRecord[] = []
    for (const personal of this.list()) anonymised.push(...(await this.eraseIn(tx, personal, userId)))
    if (!(await this.writes.delete(reason, 'users', userId, tx))) return undefined
    const traces = { tx: transaction, after }
    const deleted = await findDeleted(tx, traces)
    const user = { collection: this.schemas.get('users').id, id: userId }
    await this.forget(tx, [user, ...gone, ...deleted, ...anonymised], after)
    // What history and trash kept goes now, and with the rest of the log what was just done.
    for (const { collection, id } of deleted)
      await tx.run({ text: 'select holdfast.forget_kept($1, $2)', values: [collection, id] })
    return traces
  }

  /** Takes out of the log what an erasure logged of what was there. False while somebody may have to be told of it. */
  async dropTraces(tx: Executor, traces: ErasedTraces): Promise<boolean> {
    const { rows } = await tx.run({ text: findUntold, values: [traces.tx, traces.after] })
    if (rows.length > 0) return false
    const told = [...(await findDeleted(tx, traces)), ...(await findUpdated(tx, traces))]
    for (const handler of this.handlers) await handler(tx, told)
    await tx.run({ text: dropDeleted, values: [traces.tx, traces.after] })
    await tx.run({ text: dropBefore, values: [traces.tx, traces.after] })
    return true
  }

  private async eraseIn(tx: Executor, personal: PersonalCollection, userId: string): Promise<ErasedRecord[]> {
    const scope = RowScope.everything(personal.collection, reason)
    if (personal.onDelete === 'keep') return []
    if (personal.onDelete === 'delete') {
      await run(tx, planDeletePersonal(scope, personal.link), {}, [userId])
      return []
    }
    const rows = await run(tx, planAnonymise(scope, personal), {}, [userId])
    return (rows as [string][]).map(([id]) => ({ collection: personal.collection.id, id }))
  }

  /** Records about the user that were deleted before, with what went with them: trash, history and log still have them. */
  private async findGone(tx: Executor, userId: string): Promise<ErasedRecord[]> {
    const roots: Deleted[] = []
    for (const { collection, link, onDelete } of this.list()) {
      if (onDelete === 'keep') continue
      const { rows } = await tx.run({ text: findGoneSql(collection, link), values: [collection.id, userId] })
      for (const [id, transaction, position] of rows as unknown as [string, string, number][])
        roots.push({ root: roots.length, collection, id, tx: transaction, position })
    }
    const all = [...roots, ...(await findCascade(tx, roots, this.schemas.current.collections))]
    const gone: ErasedRecord[] = []
    for (const [collection, some] of Map.groupBy(all, (each) => each.collection)) {
      const { rows } = await tx.run({ text: findAbsentSql(collection), values: [some.map(({ id }) => id)] })
      gone.push(...(rows as [string][]).map(([id]) => ({ collection: collection.id, id })))
    }
    return gone
  }

  /** What was logged, told and answered of the records before now. */
  private async forget(tx: Executor, erased: readonly ErasedRecord[], upTo: string): Promise<void> {
    for (let start = 0; start < erased.length; start += idsAtOnce) {
      const some = erased.slice(start, start + idsAtOnce)
      const collections = some.map(({ collection }) => collection)
      const ids = some.map(({ id }) => id)
      await tx.run({ text: dropOlder, values: [upTo, collections, ids] })
      await tx.run({ text: dropAnswers, values: [ids] })
      for (const handler of this.handlers) await handler(tx, some)
    }
  }
}

async function findDeleted(tx: Executor, traces: ErasedTraces): Promise<ErasedRecord[]> {
  const { rows } = await tx.run({ text: findDeletedSql, values: [traces.tx, traces.after] })
  return (rows as [string, string][]).map(([collection, id]) => ({ collection, id }))
}

/** What was anonymised, and what referred to the person: who was told of that was told what it was before. */
async function findUpdated(tx: Executor, traces: ErasedTraces): Promise<ErasedRecord[]> {
  const { rows } = await tx.run({ text: findUpdatedSql, values: [traces.tx, traces.after] })
  return (rows as [string, string, string][]).map(([collection, id, change]) => ({ collection, id, change }))
}

/** The link is compared as text, by the name it has now: images are of the time they were logged in. */
const findGoneSql = (collection: Collection, { name }: Field): string => `
  select c.record, max(c.tx::text), max(c.position) from holdfast.changes c
  where c.collection = $1 and c.action = 'delete'
    and (${renamedSql(collection, 'c.position', 'c.before')})->>${quoteLiteral(name)} = $2
    and not exists (select from ${collection.table} t where t."id" = c.record) group by 1`

/** What went with them may be there again. */
const findAbsentSql = ({ table }: Collection): string =>
  `select distinct r.id from unnest($1::uuid[]) r (id) where not exists (select from ${table} t where t."id" = r.id)`

const findStart = 'select last_value::text, pg_current_xact_id()::text from holdfast.changes_position'

/** Its own changes. The position is what there is an index for. */
const own = 'c.position > $2::bigint and c.tx = $1::xid8'
const findDeletedSql = `select distinct c.collection, c.record from holdfast.changes c where ${own} and c.action = 'delete'`
const findUpdatedSql = `select c.collection, c.record, c.position::text from holdfast.changes c where ${own} and c.action = 'update'`
const findUntold = `
  select from holdfast.changes c where ${own} and holdfast.may_be_read(c.action, c.at, c.position) limit 1`

const dropOlder = `
  delete from holdfast.changes c using unnest($2::uuid[], $3::uuid[]) e (collection, record)
  where c.collection = e.collection and c.record = e.record and c.position <= $1::bigint`
const dropAnswers = `
  delete from holdfast.kept_answers a where exists (select from unnest($1::text[]) id where strpos(a.body, id) > 0)`

const dropDeleted = `
  delete from holdfast.changes c where ${own} and exists (
    select from holdfast.changes d
    where d.position > $2::bigint and d.tx = $1::xid8 and d.action = 'delete' and d.collection = c.collection and d.record = c.record)`
const dropBefore = `update holdfast.changes c set before = c.after where ${own} and c.action = 'update'`
