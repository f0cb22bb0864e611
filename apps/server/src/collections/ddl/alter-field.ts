import type { FieldDefinition } from '@holdfast/contract'
import { quoteLiteral } from '../../lib/index.js'
import { columnOf, tableOf } from '../names.js'
import { type Change, targetId } from './change.js'
import { columnTypeOf, defaultSql } from './column-sql.js'
import { type Conversion, conversionOf } from './convert-type.js'
import { type DdlStep, type Probe, records } from './step.js'

/** Steps that change a column in place: its type, its options, its default, whether it may be null. */
export function alterField(old: FieldDefinition, field: FieldDefinition, change: Change): DdlStep[] {
  const steps = [
    allowNull(old, field, change),
    changeType(old, field, change),
    changeTarget(old, field, change),
    dropOptions(old, field, change),
    changeDefault(old, field, change),
    requireValue(old, field, change),
  ]
  return steps.filter((step) => step !== undefined)
}

type Part = Pick<DdlStep, 'kind' | 'description' | 'sql'> & Partial<DdlStep>

const stepOf = (field: FieldDefinition, { next, table }: Change, part: Part): DdlStep => ({
  collection: next.name,
  field: field.name,
  lock: 'ACCESS EXCLUSIVE',
  table,
  ...part,
})

const alter = (field: FieldDefinition, { next }: Change, action: string): string =>
  `alter table ${tableOf(next.name)} alter column ${columnOf(field.name)} ${action}`

/** Records whose value is lost; where a value is required and no default takes its place, they are in the way instead. */
function lossOrObstacle(field: FieldDefinition, { table }: Change, condition: string): Partial<DdlStep> {
  const sql = `select count(*) from ${table} where ${condition}`
  if (!field.required || field.default !== undefined)
    return { loss: { sql, describe: (count) => records(count, 'loses its value', 'lose their value') } }
  const describe = (count: number): string =>
    `${records(count, 'has', 'have')} a value that does not fit: the required field needs a default to put in its place`
  return { obstacle: { sql, describe } }
}

/** What takes the place of a lost value. */
const substitute = (field: FieldDefinition): string => (field.required ? (defaultSql(field) ?? 'null') : 'null')

// ── type ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

function changeType(old: FieldDefinition, field: FieldDefinition, change: Change): DdlStep | undefined {
  const conversion = columnConversion(old, field)
  if (!conversion) return undefined
  const type = columnTypeOf(field)
  const value = defaultSql(field)
  const sql = [
    ...(old.default === undefined ? [] : [alter(field, change, 'drop default')]),
    alter(field, change, `type ${type} using (${usingSql(conversion, field)})`),
    ...(value === undefined ? [] : [alter(field, change, `set default ${value}`)]),
  ]
  const column = columnOf(old.name)
  const unfit = conversion.fits && `${column} is not null and (${conversion.fits(column)}) is not true`
  return stepOf(field, change, {
    kind: 'alterType',
    description: `Change ${change.next.name}.${field.name} from ${old.type} to ${field.type}`,
    sql,
    ...(unfit && lossOrObstacle(field, change, unfit)),
  })
}

/** How the values in the column change; undefined when they stay as they are. */
function columnConversion(old: FieldDefinition, field: FieldDefinition): Conversion | undefined {
  if (field.type === 'relation') return undefined
  const conversion = conversionOf(old, field)!
  const untouched = columnTypeOf(old) === columnTypeOf(field) && conversion.using('c') === 'c' && !conversion.fits
  return untouched ? undefined : conversion
}

function usingSql({ using, fits }: Conversion, field: FieldDefinition): string {
  const column = columnOf(field.name)
  if (!fits) return using(column)
  return `case when ${column} is null then null when ${fits(column)} then ${using(column)} else ${substitute(field)} end`
}

/** A relation points at another collection: ids that are not there are lost. */
function changeTarget(old: FieldDefinition, field: FieldDefinition, change: Change): DdlStep | undefined {
  const { current, wanted, next } = change
  if (field.type !== 'relation') return undefined
  const target = targetId(field, wanted)
  if (old.type === 'relation' && targetId(old, current) === target) return undefined
  const existing = current.find(({ id }) => id === target)
  const absent = (table: string, column: string): string =>
    `${column} is not null and not exists (select 1 from ${table} t where t."id" = ${column})`
  const column = columnOf(field.name)
  const lost = existing
    ? absent(tableOf(existing.name), `${change.table}.${columnOf(old.name)}`)
    : `${columnOf(old.name)} is not null`
  const own = tableOf(next.name)
  return stepOf(field, change, {
    kind: 'changeTarget',
    description: `Let ${next.name}.${field.name} point at ${field.collection}`,
    sql: [`update ${own} set ${column} = null where ${absent(tableOf(field.collection!), `${own}.${column}`)}`],
    lock: 'ROW EXCLUSIVE',
    ...lossOrObstacle(field, change, lost),
  })
}

// ── options ──────────────────────────────────────────────────────────────────────────────────────────────────────────

function dropOptions(old: FieldDefinition, field: FieldDefinition, change: Change): DdlStep | undefined {
  if (old.type !== field.type || !old.options || !field.options) return undefined
  const removed = old.options.filter((option) => !field.options!.includes(option))
  if (removed.length === 0) return undefined
  const list = `array[${removed.map((option) => quoteLiteral(option)).join(', ')}]::text[]`
  const uses = (column: string): string =>
    field.type === 'select' ? `${column} = any(${list})` : `${column} && ${list}`
  const column = columnOf(field.name)
  const kept = `array(select item from unnest(${column}) with ordinality as items (item, place) where item <> all (${list}) order by place)`
  const value = field.type === 'select' ? substitute(field) : kept
  const used = uses(columnOf(old.name))
  const loss: Probe = {
    sql: `select count(*) from ${change.table} where ${used}`,
    describe: (count) => records(count, 'uses it', 'use it'),
  }
  return stepOf(field, change, {
    kind: 'dropOptions',
    description: `Remove the option ${removed.join(', ')} from ${change.next.name}.${field.name}`,
    sql: [`update ${tableOf(change.next.name)} set ${column} = ${value} where ${uses(column)}`],
    lock: 'ROW EXCLUSIVE',
    ...(field.type === 'select' ? lossOrObstacle(field, change, used) : { loss }),
  })
}

// ── default and null ─────────────────────────────────────────────────────────────────────────────────────────────────

function changeDefault(old: FieldDefinition, field: FieldDefinition, change: Change): DdlStep | undefined {
  const value = defaultSql(field)
  if (columnConversion(old, field) || defaultSql(old) === value) return undefined
  return stepOf(field, change, {
    kind: 'changeDefault',
    description: `${value === undefined ? 'Drop' : 'Change'} the default of ${change.next.name}.${field.name}`,
    sql: [alter(field, change, value === undefined ? 'drop default' : `set default ${value}`)],
  })
}

function allowNull(old: FieldDefinition, field: FieldDefinition, change: Change): DdlStep | undefined {
  if (!old.required || field.required) return undefined
  return stepOf(field, change, {
    kind: 'allowNull',
    description: `Let ${change.next.name}.${field.name} be null`,
    sql: [alter(field, change, 'drop not null')],
  })
}

function requireValue(old: FieldDefinition, field: FieldDefinition, change: Change): DdlStep | undefined {
  if (old.required || !field.required) return undefined
  const column = columnOf(field.name)
  const value = defaultSql(field)
  const fill =
    value === undefined ? [] : [`update ${tableOf(change.next.name)} set ${column} = ${value} where ${column} is null`]
  const obstacle: Probe = {
    sql: `select count(*) from ${change.table} where ${columnOf(old.name)} is null`,
    describe: (count) => `${records(count, 'has', 'have')} no value: give the required field a default`,
  }
  return stepOf(field, change, {
    kind: 'requireValue',
    description: `Require ${change.next.name}.${field.name}`,
    sql: [...fill, alter(field, change, 'set not null')],
    ...(value === undefined && { obstacle }),
  })
}
