import type { CollectionDefinition } from '@holdfast/contract'
import { fitting } from '../fields/field-keys'
import { type Draft, liveFields, toDefinition } from './draft'

/** `2 fields added, 1 changed, 1 deleted`. */
export function summarise(base: CollectionDefinition, draft: Draft): string {
  const live = liveFields(draft)
  if (base.id === undefined)
    return live.length === 1 ? '1 field, not created yet' : `${live.length} fields, not created yet`
  const before = new Map(base.fields.map((field) => [field.id, JSON.stringify(fitting(field))]))
  const added = live.filter(({ field }) => !before.has(field.id)).length
  const changed = live.filter(({ field }) => before.has(field.id) && !isSame(before.get(field.id)!, field)).length
  const deleted = draft.fields.length - live.length
  const { fields: _, ...rest } = toDefinition(draft)
  const { fields: __, ...restBefore } = base
  const parts = [
    ...(added ? [`${added} added`] : []),
    ...(changed ? [`${changed} changed`] : []),
    ...(deleted ? [`${deleted} deleted`] : []),
  ]
  if (parts.length > 0) return `Fields: ${parts.join(', ')}`
  return sorted(rest) === sorted(restBefore) ? 'Fields are in another order' : 'Options changed'
}

const isSame = (before: string, field: Parameters<typeof fitting>[0]): boolean =>
  sorted(JSON.parse(before)) === sorted(fitting(field))

const sorted = (value: object): string =>
  JSON.stringify(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)))
