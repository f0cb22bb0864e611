import { type Condition, conditionKey, FieldComparison, isCompound, KnownCondition, walk } from '../../query/index.js'
import { type LiveQuery, type Selection, sortKeyName } from '../../records/index.js'

/** All conditions that decide what the query shows of a record, expanded ones included. */
export function conditionsIn({ selection, filter }: LiveQuery): Condition[] {
  return [filter, ...conditionsOf(selection)]
}

function conditionsOf({ scope, fields, expand }: Selection): Condition[] {
  return [
    scope.condition,
    ...fields.map(({ mask }) => mask),
    ...expand.flatMap(({ mask, target }) => [
      mask,
      ...(target ? [target.filter, ...conditionsOf(target.selection), ...target.sort.flatMap(sortConditions)] : []),
    ]),
  ]
}

type Sort = LiveQuery['sort'][number]

const sortConditions = (key: Sort): Condition[] =>
  'measure' in key ? [] : [key.mask, ...key.hops.flatMap(({ scope, mask }) => [scope.condition, mask])]

/** Equal for queries that show the same of every record to callers of equal values. */
export function queryKey({ selection, filter, limit, sort }: LiveQuery): string {
  return JSON.stringify([conditionKey(filter), selectionKey(selection), limit, sort.map(sortKey)])
}

const selectionKey = ({ scope, fields, expand }: Selection): unknown => [
  scope.collection.id,
  conditionKey(scope.condition),
  fields.map(({ field, mask }) => [field.name, field.definition.id, field.definition.type, conditionKey(mask)]),
  expand.map(({ relation, mask, target }) => [
    relation.name,
    conditionKey(mask),
    target && [
      selectionKey(target.selection),
      conditionKey(target.filter),
      target.sort.map((key) => [sortKey(key), sortConditions(key).map(conditionKey)]),
      target.limit,
    ],
  ]),
]

const sortKey = (key: Sort): unknown => [sortKeyName(key), key.descending, 'measure' in key ? key.measure.key : '']

/** Comparisons that memory decides whatever the values are. */
const plain: ReadonlySet<string> = new Set(['eq', 'ne', 'in', 'nin', 'null'])

/**
 * Is PostgreSQL surely not asked what the query shows? Where it is, it asks the memberships of one for all who share the
 * view; should that one have left a team a moment ago, the others must not miss anything.
 */
export function isDecidedInMemory({ selection, sort }: LiveQuery, conditions: readonly Condition[]): boolean {
  if (selection.expand.length > 0 || sort.some((key) => 'measure' in key || key.hops.length > 0)) return false
  if (selection.fields.some(({ field }) => field.relation?.kind === 'many')) return false
  let decided = true
  for (const condition of conditions)
    walk(condition, (node) => {
      decided &&=
        isCompound(node) ||
        node instanceof KnownCondition ||
        (node instanceof FieldComparison && plain.has(node.operator) && node.shape.relation?.kind !== 'many')
    })
  return decided
}
