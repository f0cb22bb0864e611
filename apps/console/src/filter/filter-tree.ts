import { type ConditionJson, fieldOperators, type Json } from '@holdfast/contract'
import { type OperatorChoice, operandShape } from './operators'

/** A filter as it is edited: comparisons that are not finished yet included. */
export type FilterNode = GroupNode | RuleNode | RawNode

export interface GroupNode {
  readonly kind: 'group'
  readonly key: string
  readonly join: '$and' | '$or'
  readonly negated: boolean
  readonly items: readonly FilterNode[]
}

export interface RuleNode {
  readonly kind: 'rule'
  readonly key: string
  /** `author.name`; empty until it is chosen. */
  readonly path: string
  readonly operator: OperatorChoice
  /** Undefined: not given yet. */
  readonly value: Json | undefined
}

/** What only JSON can say. */
export interface RawNode {
  readonly kind: 'raw'
  readonly key: string
  readonly json: ConditionJson
}

let made = 0
const newKey = (): string => `n${++made}`

export const newRule = (path = '', operator: OperatorChoice = '$eq'): RuleNode => ({
  kind: 'rule',
  key: newKey(),
  path,
  operator,
  value: undefined,
})

export const newGroup = (join: GroupNode['join'] = '$and', items: readonly FilterNode[] = []): GroupNode => ({
  kind: 'group',
  key: newKey(),
  join,
  negated: false,
  items,
})

const isObject = (value: unknown): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const known = new Set<string>(fieldOperators)

/** Filter JSON → what is edited. Whatever it holds comes back out of {@link toFilterJson} with the same meaning. */
export function toFilterTree(filter: ConditionJson): GroupNode {
  const items = itemsOf(filter)
  const [only] = items
  return items.length === 1 && only?.kind === 'group' ? only : newGroup('$and', items)
}

const itemsOf = (filter: ConditionJson): FilterNode[] =>
  Object.entries(filter).flatMap(([name, value]) => entryToNodes(name, value))

function entryToNodes(name: string, value: Json): FilterNode[] {
  if ((name === '$and' || name === '$or') && Array.isArray(value) && value.every(isObject))
    return [newGroup(name, value.map(conditionToNode))]
  if (name === '$not' && isObject(value)) {
    const inner = conditionToNode(value)
    const group = inner.kind === 'group' && !inner.negated ? inner : newGroup('$and', [inner])
    return [{ ...group, negated: true }]
  }
  if (name.startsWith('$')) return [raw({ [name]: value })]
  if (!isObject(value)) return [value === null ? rule(name, '$null:true', null) : rule(name, '$eq', value)]
  const operators = Object.entries(value)
  if (operators.length === 0 || operators.some(([operator, operand]) => !known.has(operator) || isReference(operand)))
    return [raw({ [name]: value })]
  return operators.map(([operator, operand]) =>
    operator === '$null'
      ? rule(name, operand === false ? '$null:false' : '$null:true', null)
      : rule(name, operator as OperatorChoice, operand),
  )
}

/** Another field of the record: `{ "$field": "startsAt" }`. */
const isReference = (operand: Json): boolean => isObject(operand) && '$field' in operand

function conditionToNode(condition: ConditionJson): FilterNode {
  const items = itemsOf(condition)
  return items.length === 1 ? items[0]! : newGroup('$and', items)
}

const raw = (json: ConditionJson): RawNode => ({ kind: 'raw', key: newKey(), json })
const rule = (path: string, operator: OperatorChoice, value: Json): RuleNode => ({
  kind: 'rule',
  key: newKey(),
  path,
  operator,
  value,
})

/** What is edited → filter JSON, without what is not finished; `{}` where nothing is. */
export function toFilterJson(node: FilterNode): ConditionJson {
  if (node.kind === 'raw') return node.json
  if (node.kind === 'rule') return isFinished(node) ? ruleToJson(node) : {}
  const parts = node.items.map(toFilterJson).filter((part) => Object.keys(part).length > 0)
  if (parts.length === 0) return {}
  const joined = node.join === '$and' ? mergeAll(parts) : parts.length === 1 ? parts[0]! : { $or: parts }
  return node.negated ? { $not: joined } : joined
}

/** Whether a comparison has all it needs. */
export const isFinished = ({ path, operator, value }: RuleNode): boolean =>
  path !== '' && (operandShape(operator) === 'none' || (value !== undefined && value !== '' && !isEmptyList(value)))

const isEmptyList = (value: Json): boolean => Array.isArray(value) && value.length === 0

function ruleToJson({ path, operator, value }: RuleNode): ConditionJson {
  if (operator === '$null:true' || operator === '$null:false') return { [path]: { $null: operator === '$null:true' } }
  if (operator === '$eq' && !isObject(value)) return { [path]: value! }
  return { [path]: { [operator]: value! } }
}

/** All of them in one object where no key is there twice; else under `$and`. Operators of one field go together. */
function mergeAll(parts: readonly ConditionJson[]): ConditionJson {
  const merged: { [key: string]: Json } = {}
  for (const [name, value] of parts.flatMap((part) => Object.entries(part))) {
    const present = merged[name]
    if (present === undefined) merged[name] = value
    else if (!name.startsWith('$') && isObject(present) && isObject(value) && !sharesKey(present, value))
      merged[name] = { ...present, ...value }
    else return { $and: [...parts] }
  }
  return merged
}

const sharesKey = (left: object, right: object): boolean => Object.keys(left).some((key) => key in right)

/** How many comparisons take part. */
export const countRules = (filter: ConditionJson): number => countIn(toFilterTree(filter))

const countIn = (node: FilterNode): number =>
  node.kind === 'group' ? node.items.reduce((sum, item) => sum + countIn(item), 0) : 1
