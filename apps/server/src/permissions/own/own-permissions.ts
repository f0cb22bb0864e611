import type { Action, ActionPermission, CollectionPermissions, ConditionJson } from '@holdfast/contract'
import type { Collection, Field } from '../../collections/index.js'
import {
  ALWAYS,
  and,
  type Condition,
  conditionKey,
  FieldComparison,
  isAlways,
  isNever,
  MeasuredCondition,
  type Now,
  or,
  RelationCondition,
  walk,
} from '../../query/index.js'
import { conditionToJson } from '../condition-json.js'
import type { WriteGrant } from '../row-scope.js'
import type { Scopes } from '../scopes.js'
import { type CallerValues, variablesIn } from './caller-values.js'
import { fillIn } from './fill-in.js'

/** The conditions under which a set of roles may do something, before it is known who asks. */
export interface OpenAction {
  readonly rows: Condition
  /** Per field the records in which it is open. */
  readonly fields: ReadonlyMap<string, Condition>
}

export type OpenActions = Readonly<Record<Action, OpenAction | undefined>>

/** What the rules open in one collection; undefined where they open nothing. */
export function openActions(scopes: Scopes, collection: Collection): OpenActions {
  const read = scopes.read(collection)
  const remove = scopes.delete(collection)
  return {
    read: read && {
      rows: read.condition,
      fields: new Map(read.readableFields().map(({ field, mask }) => [field.name, mask])),
    },
    create: openWrite(scopes, collection, 'create'),
    update: openWrite(scopes, collection, 'update'),
    delete: remove && { rows: remove.condition, fields: new Map() },
  }
}

function openWrite(scopes: Scopes, collection: Collection, action: 'create' | 'update'): OpenAction | undefined {
  const scope = scopes[action](collection)
  if (!scope) return undefined
  const rowsOf = (fields: readonly Field[]): Condition => or(...scope.grants(fields).map(withoutPresets))
  const writable = [...collection.fields.values()].filter(
    (field) => scope.canWrite(field) && !(action === 'update' && field.definition.immutable),
  )
  return { rows: rowsOf([]), fields: new Map(writable.map((field) => [field.name, rowsOf([field])])) }
}

/** What a rule sets itself is as it demands. */
function withoutPresets({ condition, preset }: WriteGrant): Condition {
  const isSet = (part: Condition): boolean => {
    if (!(part instanceof FieldComparison) || part.operator !== 'eq') return false
    const entry = preset.get(part.field)
    if (!entry) return false
    const set = 'value' in entry ? entry.value : entry.variable
    return set !== null && conditionKey(new FieldComparison('eq', part.shape, set as never)) === conditionKey(part)
  }
  if (isSet(condition)) return ALWAYS
  if (condition.operator !== 'and') return condition
  const parts = (condition.value as readonly Condition[]).filter((part) => !isSet(part))
  return and(...parts)
}

/** The same with the caller's values in it. */
type Filled = OpenAction

/** The answer for one caller; undefined when they may do nothing at all. */
export function ownPermissions(open: OpenActions, values: CallerValues): CollectionPermissions | undefined {
  const filled = (condition: Condition): Condition => fillIn(condition, values.value)
  const read = open.read && {
    rows: filled(open.read.rows),
    fields: new Map([...open.read.fields].map(([name, mask]) => [name, filled(mask)])),
  }
  const describe = (action: OpenAction | undefined): ActionPermission => {
    if (!action) return { allowed: 'none' }
    const rows = filled(action.rows)
    if (isNever(rows)) return { allowed: 'none' }
    const fields = describeFields(action, rows, filled)
    if (isAlways(rows)) return { allowed: 'all', ...fields }
    return { allowed: 'some', ...fields, conditions: showCondition(action.rows, rows, read, values) }
  }
  const answer = {
    read: describe(open.read),
    create: describe(open.create),
    update: describe(open.update),
    delete: describe(open.delete),
  }
  return Object.values(answer).every(({ allowed }) => allowed === 'none') ? undefined : answer
}

function describeFields(
  { fields }: OpenAction,
  rows: Condition,
  filled: (condition: Condition) => Condition,
): Pick<ActionPermission, 'fields'> {
  if (fields.size === 0) return {}
  const rowsKey = conditionKey(rows)
  const entries = [...fields].flatMap(([name, condition]) => {
    const open = filled(condition)
    if (isNever(open)) return []
    return [[name, isAlways(open) || conditionKey(open) === rowsKey ? 'all' : 'some'] as const]
  })
  return { fields: Object.fromEntries(entries) }
}

/** The condition in the query grammar, when all it speaks of is the record itself and open to the caller. */
function showCondition(
  original: Condition,
  rows: Condition,
  read: Filled | undefined,
  values: CallerValues,
): ConditionJson | null {
  if (!read || !variablesIn(original).every((variable) => values.isOpen(variable))) return null
  let open = true
  walk(rows, (node) => {
    if (node instanceof RelationCondition) open = false
    else if (node instanceof MeasuredCondition)
      open &&= node.matches !== undefined && node.fields.every((name) => showsIn(read.rows, name, read))
    else if (node instanceof FieldComparison) open &&= mayTell(node, rows, read, values)
  })
  return open ? conditionToJson(rows, (variable) => wordNow(variable as Now)) : null
}

/**
 * A comparison is told when its field shows in every record the caller may read. That it is the caller's own id, also when
 * the field shows at least where it holds: "not mine" is what a refusal says anyway.
 */
function mayTell(node: FieldComparison, rows: Condition, read: Filled, { userId }: CallerValues): boolean {
  const name = node.shape.path?.field.name ?? node.field
  if (showsIn(read.rows, name, read)) return true
  return node.operator === 'eq' && node.value === userId && showsIn(and(read.rows, rows), name, read)
}

/** Does the field show in all these records? Decided by the conditions, so that it may be told too seldom only. */
function showsIn(rows: Condition, name: string, read: Filled): boolean {
  const mask = read.fields.get(name)
  return mask !== undefined && conditionKey(and(rows, mask)) === conditionKey(rows)
}

const wordNow = ({ offsetSeconds }: Now): string =>
  offsetSeconds === 0 ? '$now' : `$now(${offsetSeconds < 0 ? '-' : '+'}${Math.abs(offsetSeconds)}s)`
