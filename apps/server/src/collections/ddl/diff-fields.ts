import type { FieldDefinition } from '@holdfast/contract'
import { inputsOf } from '../expression/index.js'
import { columnOf, linkTableOf, tableOf } from '../names.js'
import { alterField } from './alter-field.js'
import { type Change, targetId } from './change.js'
import { columnSql, columnTypeOf, generatedSql, isStored } from './column-sql.js'
import { conversionOf } from './convert-type.js'
import type { Phases } from './phases.js'
import { renameSteps } from './rename-steps.js'
import { type DdlStep, records } from './step.js'
import { createLinkTable, dropLinkTable } from './table-objects.js'

type Pair = readonly [old: FieldDefinition, field: FieldDefinition]

/** What happens to the columns of one collection. Gives the fields whose column is dropped, and those whose values change. */
export function diffFields(change: Change, phases: Phases): { gone: Set<string>; rebuilt: Set<string> } {
  const { before, next } = change
  const pairs = next.fields.flatMap((field): Pair[] => {
    const old = before.fields.find(({ id }) => id === field.id)
    return old ? [[old, field]] : []
  })
  const replaced = pairs.filter(([old, field]) => mustReplace(old, field, change))
  const rebuilt = new Set(pairs.filter(([old, field]) => isRebuilt(old, field)).map(([, { id }]) => id!))
  const recomputed = pairs.filter(
    ([old, field]) => !replaced.some(([, other]) => other === field) && mustRecompute(old, field, change, rebuilt),
  )
  const removed = before.fields.filter(({ id }) => !next.fields.some((field) => field.id === id))
  const added = next.fields.filter(({ id }) => !before.fields.some((field) => field.id === id))

  const lost = [...removed, ...[...replaced, ...recomputed].map(([old]) => old)]
  for (const old of lost) dropField(old, change, phases)
  for (const field of [...added, ...[...replaced, ...recomputed].map(([, field]) => field)])
    addField(field, change, phases)
  const gone = new Set(lost.map(({ id }) => id!))
  const kept = pairs.filter(([, field]) => !gone.has(field.id!))
  renameColumns(kept, change, phases)
  for (const [old, field] of kept)
    if (isStored(old) && !isStored(field)) listField(field, change, phases)
    else if (isStored(field) && field.type !== 'computed') phases.add('alterColumns', ...alterField(old, field, change))
  return { gone, rebuilt }
}

// ── what changes how ─────────────────────────────────────────────────────────────────────────────────────────────────

/** The column cannot become the wanted one, so it is dropped and made anew. */
function mustReplace(old: FieldDefinition, field: FieldDefinition, { current, wanted }: Change): boolean {
  if (old.type === 'computed' || field.type === 'computed') return old.type !== field.type
  if (old.type === 'relation' && field.type === 'relation' && (old.many || field.many)) {
    const sameTarget = targetId(old, current) === targetId(field, wanted)
    return !sameTarget || (old.many === true && !field.many)
  }
  if (field.type === 'relation') return field.many === true || (old.type !== 'relation' && old.type !== 'uuid')
  return old.type === 'relation' && old.many ? true : conversionOf(old, field) === undefined
}

const isRebuilt = (old: FieldDefinition, field: FieldDefinition): boolean =>
  old.type !== field.type || columnTypeOf(old) !== columnTypeOf(field)

/** A computed column is made anew when its expression means something else, or reads a column that changes. */
function mustRecompute(
  old: FieldDefinition,
  field: FieldDefinition,
  change: Change,
  rebuilt: ReadonlySet<string>,
): boolean {
  if (old.type !== 'computed' || field.type !== 'computed') return false
  const nameOf = ({ id, name }: FieldDefinition): string => id ?? name
  const reads = inputsOf(field).map((name) => change.next.fields.find((candidate) => candidate.name === name)?.id)
  return (
    columnTypeOf(old) !== columnTypeOf(field) ||
    generatedSql(old, change.before, nameOf) !== generatedSql(field, change.next, nameOf) ||
    reads.some((id) => id !== undefined && rebuilt.has(id))
  )
}

// ── steps ────────────────────────────────────────────────────────────────────────────────────────────────────────────

function dropField(old: FieldDefinition, { before, next, table }: Change, phases: Phases): void {
  const replaced = next.fields.find(({ id }) => id === old.id)
  const base = {
    collection: next.name,
    field: old.name,
    description: `${replaced ? 'Replace' : 'Drop'} field ${before.name}.${old.name}${replaced && replaced.type !== old.type ? ` (${old.type} cannot become ${replaced.type})` : ''}`,
    lock: 'ACCESS EXCLUSIVE',
    table,
  } as const
  const has = (count: number): string => records(count, 'has a value', 'have a value')
  if (!isStored(old)) {
    const sql = `select count(distinct "source") from ${linkTableOf(old.id!)}`
    phases.add('unlink', { ...base, kind: 'dropLinkTable', sql: [dropLinkTable(old)], loss: { sql, describe: has } })
    return
  }
  const sql = [`alter table ${table} drop column ${columnOf(old.name)}`]
  if (old.type === 'computed') return void phases.add('dropComputed', { ...base, kind: 'dropColumn', sql })
  const count = `select count(*) from ${table} where ${columnOf(old.name)} is not null`
  phases.add('dropColumns', { ...base, kind: 'dropColumn', sql, loss: { sql: count, describe: has } })
}

function addField(field: FieldDefinition, { next, table }: Change, phases: Phases): void {
  const base = {
    collection: next.name,
    field: field.name,
    description: `Add field ${next.name}.${field.name} (${field.type})`,
    table,
  }
  if (!isStored(field)) {
    phases.add('link', {
      ...base,
      kind: 'createLinkTable',
      sql: createLinkTable(field, next),
      lock: 'SHARE ROW EXCLUSIVE',
    })
    return
  }
  const sql = [`alter table ${tableOf(next.name)} add column ${columnSql(field, next)}`]
  const step: DdlStep = { ...base, kind: 'addColumn', sql, lock: 'ACCESS EXCLUSIVE' }
  if (field.type === 'computed') return void phases.add('addComputed', step)
  const obstacle = {
    sql: `select count(*) from ${table}`,
    describe: (count: number) => `${records(count, 'has', 'have')} no value for it: give the required field a default`,
  }
  phases.add('addColumns', field.required && field.default === undefined ? { ...step, obstacle } : step)
}

/** One record becomes a list of one. */
function listField(field: FieldDefinition, { next, table }: Change, phases: Phases): void {
  const column = columnOf(field.name)
  phases.add('link', {
    kind: 'createLinkTable',
    collection: next.name,
    field: field.name,
    description: `Make a list of ${next.name}.${field.name}`,
    sql: [
      ...createLinkTable(field, next),
      `insert into ${linkTableOf(field.id!)} ("source", "target", "position") select "id", ${column}, 0 from ${tableOf(next.name)} where ${column} is not null`,
      `alter table ${tableOf(next.name)} drop column ${column}`,
    ],
    lock: 'ACCESS EXCLUSIVE',
    table,
  })
}

function renameColumns(kept: readonly Pair[], { next, table }: Change, phases: Phases): void {
  const renames = kept
    .filter(([old, field]) => isStored(old) && old.name !== field.name)
    .map(([old, field]) => ({ id: field.id!, from: old.name, to: field.name }))
  const steps = renameSteps(renames, ({ id, from, to }) => ({
    kind: 'renameColumn',
    collection: next.name,
    field: next.fields.find((field) => field.id === id)!.name,
    description: `Rename field ${next.name}.${from} to ${to}`,
    sql: [`alter table ${tableOf(next.name)} rename column ${columnOf(from)} to ${columnOf(to)}`],
    lock: 'ACCESS EXCLUSIVE',
    table,
  }))
  phases.add('rename', ...steps)
}
