import type { Field, SqlValue } from '../../collections/index.js'
import { AppError } from '../../lib/index.js'
import type { RowScope, WriteGrant } from '../../permissions/index.js'
import { recordNotFound } from '../record-id.js'
import { run } from '../run.js'
import { toColumnArrays } from '../write/column-arrays.js'
import { planCreateMany } from '../write/plan-write.js'
import { cached, shapeOf, toWritten, type Write, type Written, writeListsOfMany } from '../write/run-write.js'
import { withFreeSlugs } from '../write/slugs.js'
import { inTransaction, type Target } from '../write/target.js'
import { completeGrants, firstAllowed } from '../write/try-grants.js'
import { givenFields, groupByFields, idOf, type WriteBody } from '../write/write-body.js'
import { taken } from '../write/write-errors.js'
import { matchOf, planUpdateByKey } from './plan-upsert.js'
import type { UniqueKey } from './unique-key.js'

/** One record to update or create. */
export interface UpsertRecord {
  /** Its place in the request: `3`; empty for the only one. */
  readonly at: string
  /** Values of the key, and of the id when it is named beside the key. */
  readonly match: readonly SqlValue[]
  /** What an update changes; or why the body cannot be an update. */
  readonly update: WriteBody | AppError
  /** Parsed when needed: what a create takes may be more, or less. */
  readonly create: () => WriteBody
}

export interface Upserted {
  readonly written: Written
  readonly created: boolean
}

/** Who upserts by what. */
export interface Upsert {
  readonly key: UniqueKey
  readonly readable: RowScope
  /** Undefined where the caller may not update, or not create, anything. */
  readonly update: Write | undefined
  readonly create: Write | undefined
}

/** A record found by an update may be gone when it is created, and the other way round. */
const rounds = 3

/**
 * Updates the records whose key is there, creates the others. Both steps are safe against others who do the same: an
 * update takes what is committed, a create waits for who creates the same key and then steps back, to update.
 * @throws record_not_found where only updates are allowed; unique_violation where the key belongs to a record that is not
 * the caller's to read and update
 */
export async function runUpsert(target: Target, records: readonly UpsertRecord[], upsert: Upsert): Promise<Upserted[]> {
  const done = new Array<Upserted>(records.length)
  const isOpen = (place: number) => done[place] === undefined
  let open = records.map((_, place) => place)
  for (let round = 1; round <= rounds && open.length > 0; round++) {
    if (upsert.update) await updateFound(target, records, open, upsert, upsert.update, done)
    open = open.filter(isOpen)
    if (!upsert.create || open.length === 0) break
    await createMissing(target, records, open, upsert, upsert.create, done)
    open = open.filter(isOpen)
  }
  if (open.length > 0) throw refusalOf(records[open[0]!]!, upsert)
  return done
}

function refusalOf({ update }: UpsertRecord, { key, readable, update: mayUpdate, create }: Upsert): AppError {
  if (!create) return recordNotFound(readable.collection)
  if (mayUpdate && update instanceof AppError) return update
  return taken(key.map(({ name }) => name))
}

// ── the two steps ────────────────────────────────────────────────────────────────────────────────────────────────────

async function updateFound(
  target: Target,
  records: readonly UpsertRecord[],
  places: readonly number[],
  upsert: Upsert,
  write: Write,
  done: Upserted[],
): Promise<void> {
  const changes = places.flatMap((place) => {
    const { update, match } = records[place]!
    return update instanceof AppError ? [] : [{ place, match, body: update }]
  })
  for (const alike of groupAlike(changes)) {
    const grants = write.scope.grants(givenFields(alike[0]!.body))
    if (grants.length === 0) continue
    for (const part of partsFor(grants, alike)) {
      const found = await firstAllowed(target, grants, write, (grant) => update(target, part, grant, upsert, write))
      for (const { place, written } of found ?? []) done[place] = { written, created: false }
    }
  }
}

/** Changes of the same fields, found by the same ones. */
function groupAlike(changes: readonly Change[]): Change[][] {
  const sizes = new Set(changes.map(({ match }) => match.length))
  return [...sizes].flatMap((size) => {
    const alike = changes.filter(({ match }) => match.length === size)
    return groupByFields(alike.map(({ body }) => body)).map((group) => group.map((at) => alike[at]!))
  })
}

async function createMissing(
  target: Target,
  records: readonly UpsertRecord[],
  places: readonly number[],
  upsert: Upsert,
  write: Write,
  done: Upserted[],
): Promise<void> {
  const bodies = places.map((place) => records[place]!.create())
  for (const group of groupByFields(bodies)) {
    const first = bodies[group[0]!]!
    const grants = completeGrants(first, write.scope, write.scope.grants(givenFields(first)))
    for (const part of partsFor(grants, group)) {
      const missing = part.map((at) => bodies[at]!)
      const created = await withFreeSlugs(target, missing, (free) =>
        firstAllowed(target, grants, write, (grant) => create(target, free, grant, upsert, write)),
      )
      for (const [at, written] of created) done[places[part[at]!]!] = { written, created: true }
    }
  }
}

/** Which of several ways in which a write is allowed fits is known record by record only. */
const partsFor = <T>(grants: readonly WriteGrant[], alike: readonly T[]): readonly (readonly T[])[] =>
  grants.length > 1 ? alike.map((item) => [item]) : [alike]

// ── statements ───────────────────────────────────────────────────────────────────────────────────────────────────────

interface Change {
  readonly place: number
  readonly match: readonly SqlValue[]
  readonly body: WriteBody
}

/** The changed ones; undefined when none was found. */
async function update(
  target: Target,
  changes: readonly Change[],
  grant: WriteGrant,
  { key, readable }: Upsert,
  write: Write,
): Promise<{ place: number; written: Written }[] | undefined> {
  const shape = shapeOf(changes[0]!.body, write.scope, grant)
  const fields = matchFields(key, changes[0]!, readable)
  const names = fields.map(({ name }) => name).join(' ')
  const plan = cached(write, shape, `updateByKey ${names}`, () =>
    planUpdateByKey(shape, write.echo, matchOf(fields, readable)),
  )
  const rows = JSON.stringify(changes.map((change, n) => ({ n, ...keysOf(change), ...rowOf(change.body) })))
  const placed = (found: readonly unknown[][], answers: readonly Written[]) =>
    answers.map((each, at) => ({ place: changes[found[at]![0] as number]!.place, written: each }))
  // A record that is only found is not written, so nothing is insisted on.
  if (!shape.deferred || shape.columns.length + shape.lists.length === 0) {
    const found = await run(target, plan, write.bindings, [rows])
    return found.length === 0 ? undefined : placed(found, toWritten(found.map((row) => row.slice(2))))
  }
  return inTransaction(target, async (tx) => {
    const found = await run(tx, plan, write.bindings, [rows])
    if (found.length === 0) return undefined
    const listed = found.map(([n, id]) => ({ id: id as string, body: changes[n as number]!.body }))
    return placed(found, await writeListsOfMany(tx, listed, shape, write, true))
  })
}

/** The created ones by their place among the bodies; those whose key is taken are left out. */
async function create(
  target: Target,
  bodies: readonly WriteBody[],
  grant: WriteGrant,
  { key }: Upsert,
  write: Write,
): Promise<[at: number, written: Written][]> {
  const shape = shapeOf(bodies[0]!, write.scope, grant)
  const names = key.map(({ name }) => name).join(' ')
  const plan = cached(write, shape, `createMissing ${names}`, () => planCreateMany(shape, write.echo, key))
  const arrays = toColumnArrays(bodies)
  const placeOf = new Map(bodies.map((body, at) => [idOf(body), at]))
  const atOf = (row: readonly unknown[]) => placeOf.get(row.at(-1) as string)!
  if (!shape.deferred) {
    const made = await run(target, plan, write.bindings, arrays)
    return toWritten(made).map((each, index) => [atOf(made[index]!), each])
  }
  return inTransaction(target, async (tx) => {
    const made = await run(tx, plan, write.bindings, arrays)
    if (made.length === 0) return []
    const listed = made.map((row) => ({ id: row.at(-1) as string, body: bodies[atOf(row)]! }))
    const answers = await writeListsOfMany(tx, listed, shape, write, false)
    return answers.map((each, index) => [atOf(made[index]!), each])
  })
}

function matchFields(key: UniqueKey, { match }: Change, { collection }: RowScope): readonly Field[] {
  return match.length > key.length ? [...key, collection.fields.get('id')!] : key
}

const keysOf = ({ match }: Change): Record<string, SqlValue> =>
  Object.fromEntries(match.map((value, index) => [`k${index}`, value]))

/** The values of a body as `planUpdateByKey` names them. */
function rowOf(body: WriteBody): Record<string, SqlValue> {
  const row: Record<string, SqlValue> = {}
  let index = 0
  for (const value of body.columns.values()) row[`c${index++}`] = value
  return row
}
