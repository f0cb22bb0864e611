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
  return fieldsReadBy(condition).some((name) => {
    if (changed.has(name) || name === 'updatedAt' || name === 'version') return true
    return collection.fields.get(name)?.inputs.some((input) => changed.has(input)) ?? false
  })
}

/** Fields of the record itself that a condition which is not compound looks at. A place in a JSON field changes with the field. */
function fieldsReadBy(condition: Condition): readonly string[] {
  if (condition instanceof MeasuredCondition) return condition.fields.map((name) => name.split('.')[0]!)
  if (!(condition instanceof FieldComparison || condition instanceof RelationCondition)) return []
  return [condition.shape.path?.field.name ?? condition.shape.name]
}

/** Fields of the record itself that a condition looks at, anywhere but behind relations: those with a column, and lists. */
export function storedFieldsOf(condition: Condition, collection: Collection): readonly string[] {
  if (!isCompound(condition)) return fieldsReadBy(condition).filter((name) => collection.fields.get(name)?.column)
  return [...new Set(condition.value.flatMap((part) => storedFieldsOf(part, collection)))]
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
