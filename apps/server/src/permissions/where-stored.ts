import type { Collection } from '../collections/index.js'
import { and, type Condition, isCompound, not, or, type RowSource, StoredFields } from '../query/index.js'
import { storedFieldsOf } from './write-conditions.js'

/**
 * The condition over records of a source that may be older than fields it speaks of. Where there is no value to compare, a
 * part of it does not hold, and neither does its contrary: what a rule denies by a new field, it denies to all that is older.
 */
export function whereStored(condition: Condition, collection: Collection, source: RowSource): Condition {
  const stored = (part: Condition): Condition => whereStored(part, collection, source)
  if (isCompound(condition)) {
    const parts = condition.value
    if (condition.operator === 'and') return and(...parts.map(stored))
    if (condition.operator === 'or') return or(...parts.map(stored))
    return and(not(parts[0]!), ...known(parts[0]!, collection, source))
  }
  return and(condition, ...known(condition, collection, source))
}

function known(condition: Condition, collection: Collection, source: RowSource): Condition[] {
  const names = storedFieldsOf(condition, collection)
  return names.length === 0 ? [] : [new StoredFields(source, names)]
}
