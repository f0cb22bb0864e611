import type { FieldDefinition, Json } from '@holdfast/contract'
import type { Report } from '../collection.js'

/** Most items of any list field. */
export const maxListItems = 1000

/** Reports numbers of items that no list can have. */
export function checkItemCounts({ minItems = 0, maxItems = maxListItems }: FieldDefinition, report: Report): void {
  if (maxItems > maxListItems || maxItems < 1)
    report('maxItems', 'out_of_range', `maxItems must be between 1 and ${maxListItems}`)
  if (minItems > maxItems) report('minItems', 'out_of_range', 'minItems must not be greater than maxItems')
}

/** A list of distinct items, each read by `parseItem`, or reports. */
export function parseList(
  value: Json,
  { minItems = 0, maxItems = maxListItems }: FieldDefinition,
  path: string,
  report: Report,
  parseItem: (item: Json, path: string, report: Report) => string | undefined,
): string[] | undefined {
  if (!Array.isArray(value)) return void report(path, 'wrong_type', `${path} must be a list`)
  if (value.length < minItems) return void report(path, 'too_few', `${path} must have at least ${minItems} items`)
  if (value.length > maxItems) return void report(path, 'too_many', `${path} must have at most ${maxItems} items`)
  const seen = new Set<string>()
  value.forEach((item, index) => {
    const at = `${path}.${index}`
    const parsed = parseItem(item, at, report)
    if (parsed === undefined) return
    if (seen.has(parsed)) report(at, 'duplicate', `${at} is in the list already`)
    seen.add(parsed)
  })
  return seen.size === value.length ? [...seen] : undefined
}
