import type { Collection } from '../collections/index.js'
import {
  type Condition,
  FieldComparison,
  isCompound,
  MeasuredCondition,
  RelationCondition,
  walk,
} from '../query/index.js'

/** Can writing these fields change whether the row satisfies the condition? */
export function dependsOn(condition: Condition, changed: ReadonlySet<string>, collection: Collection): boolean {
  if (isCompound(condition)) return condition.value.some((part) => dependsOn(part, changed, collection))
  if (condition instanceof MeasuredCondition) return condition.fields.some((name) => changed.has(name))
  if (!(condition instanceof FieldComparison || condition instanceof RelationCondition)) return false
  const { shape } = condition
  // A place in a JSON field changes with the field.
  const name = shape.path?.field.name ?? shape.name
  if (changed.has(name) || name === 'updatedAt' || name === 'version') return true
  return collection.fields.get(name)?.inputs.some((input) => changed.has(input)) ?? false
}

/**
 * Can a change of a record change what its own condition finds behind a relation? While the statement runs it finds the
 * records of its own table as they were.
 */
export function readsOwnTable(condition: Condition, { name }: Collection): boolean {
  let found = false
  walk(condition, (node) => {
    found ||= node instanceof RelationCondition && node.shape.relation?.target().name === name
  })
  return found
}
