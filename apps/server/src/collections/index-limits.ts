import type { CollectionDefinition } from '@holdfast/contract'
import type { Report, SqlValue } from './collection.js'
import type { ParseValue } from './fields/field-kind.js'
import { fieldKinds } from './fields/index.js'
import { indexKeyOf } from './names.js'

/** PostgreSQL refuses a row whose entry in a B-tree is longer than 2,704 bytes; a little of that is not ours. */
const maxEntryBytes = 2600

/**
 * How many bytes a value of each indexed text may have, by field: an entry over several texts is shared out evenly. A text
 * without index is not among them.
 */
export function indexLimitsOf({ fields, indexes = [] }: CollectionDefinition): ReadonlyMap<string, number> {
  const isText = (name: string): boolean => {
    const field = fields.find((candidate) => candidate.name === name)
    return field !== undefined && fieldKinds[field.type].columnType(field) === 'text'
  }
  const limits = new Map<string, number>()
  const single = fields.filter(({ unique, index }) => unique || index).map(({ name }) => [name])
  const several = indexes.map((index) => index.fields.map((text) => indexKeyOf(text).name))
  for (const names of [...single, ...several].map((all) => all.filter(isText)))
    for (const name of names)
      limits.set(name, Math.min(limits.get(name) ?? maxEntryBytes, Math.floor(maxEntryBytes / names.length)))
  return limits
}

/** A parser that also refuses what the index could not hold. */
export const limitBytes =
  (parse: ParseValue, limit: number): ParseValue =>
  (value, path: string, report: Report): SqlValue | undefined => {
    const parsed = parse(value, path, report)
    if (typeof parsed !== 'string' || parsed.length * 3 <= limit || Buffer.byteLength(parsed) <= limit) return parsed
    return void report(path, 'too_long', `${path} must be at most ${limit} bytes long, because it is indexed`)
  }
