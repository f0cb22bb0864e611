import { columnOf } from '../names.js'
import type { Features } from '../search/features.js'
import type { Change } from './change.js'
import type { Phases } from './phases.js'
import type { DdlStep, Probe } from './step.js'
import { foreignKeysOf, indexesOf, type TableObject } from './table-objects.js'

type FieldIds = ReadonlySet<string>

/**
 * Indexes and foreign keys of one collection. `gone` are the fields whose column is dropped, and what hangs on it with it;
 * `rebuilt` those whose values change.
 */
export function diffObjects(
  change: Change,
  gone: FieldIds,
  rebuilt: FieldIds,
  features: Features,
  phases: Phases,
): void {
  const { before, next, current, wanted } = change
  diff(foreignKeysOf(before, current), foreignKeysOf(next, wanted), change, gone, {
    drop: (object) =>
      phases.add('unlink', dropStep(object, 'dropForeignKey', `Drop the ${object.description}`, change)),
    create: (object) =>
      phases.add('link', createStep(object, 'addForeignKey', `Create the ${object.description}`, change)),
  })
  diff(indexesOf(before, features), indexesOf(next, features), change, gone, {
    drop: (object) => phases.add('unlink', dropStep(object, 'dropIndex', `Drop the ${object.description}`, change)),
    create: (object) =>
      phases.add('addIndexes', {
        ...createStep(object, 'createIndex', `Create the ${object.description}`, change),
        lock: 'SHARE',
        obstacle: object.unique ? duplicatesOf(object, change, new Set([...gone, ...rebuilt])) : undefined,
      }),
  })
}

function diff(
  before: readonly TableObject[],
  next: readonly TableObject[],
  change: Change,
  gone: FieldIds,
  act: { drop: (object: TableObject) => void; create: (object: TableObject) => void },
): void {
  const touches = (object: TableObject, fields: Change['before']['fields']): boolean =>
    fields.some(({ id, name }) => gone.has(id!) && object.fieldNames.includes(name))
  const same = (one: TableObject, other: TableObject): boolean =>
    one.name === other.name && one.signature === other.signature
  for (const object of before) {
    const touched = touches(object, change.before.fields)
    const dropsWithColumn = touched && object.field !== undefined
    if (!dropsWithColumn && (touched || !next.some((other) => same(object, other)))) act.drop(object)
  }
  for (const object of next)
    if (touches(object, change.next.fields) || !before.some((other) => same(object, other))) act.create(object)
}

const dropStep = (object: TableObject, kind: string, description: string, { next, table }: Change): DdlStep => ({
  kind,
  collection: next.name,
  field: object.field?.name,
  description,
  sql: [object.drop],
  lock: 'ACCESS EXCLUSIVE',
  table,
})

const createStep = (object: TableObject, kind: string, description: string, { next, table }: Change): DdlStep => ({
  kind,
  collection: next.name,
  field: object.field?.name,
  description,
  sql: [object.create],
  lock: 'SHARE ROW EXCLUSIVE',
  table,
})

/** Values that occur more than once already; not asked where a column is new or gets other values. */
function duplicatesOf(object: TableObject, { before, next, table }: Change, changed: FieldIds): Probe | undefined {
  const columns: string[] = []
  for (const name of object.fieldNames) {
    const field = next.fields.find((candidate) => candidate.name === name)
    const old = field ? before.fields.find(({ id }) => id === field.id) : { id: '', name }
    if (!old || changed.has(old.id!)) return undefined
    columns.push(columnOf(old.name))
  }
  const present = columns.map((column) => `${column} is not null`).join(' and ')
  return {
    sql: `select count(*) from (select 1 from ${table} where ${present} group by ${columns.join(', ')} having count(*) > 1) d`,
    describe: (count) => `${count} ${count === 1 ? 'value occurs' : 'values occur'} more than once`,
  }
}
