import type { FieldDefinition, FieldTypeName } from '@holdfast/contract'

export type FieldKey = Exclude<keyof FieldDefinition, 'id' | 'name' | 'type'>

const everywhere = ['description', 'hidden', 'validate'] as const
const stored = ['required', 'default', 'index', 'immutable'] as const
const single = [...stored, 'unique'] as const

/** Which keys fit which type, as the server has it; what does not fit is refused there, so it is not offered here. */
const keysOfType: Record<FieldTypeName, readonly FieldKey[]> = {
  text: [...single, 'searchable', 'minLength', 'maxLength', 'pattern'],
  richtext: ['required', 'default', 'immutable', 'searchable', 'minLength', 'maxLength'],
  email: [...single, 'searchable'],
  url: [...single, 'searchable', 'maxLength'],
  slug: [...single, 'searchable', 'from', 'minLength', 'maxLength'],
  integer: [...single, 'min', 'max'],
  number: [...single, 'min', 'max'],
  decimal: [...single, 'precision', 'scale', 'min', 'max'],
  boolean: stored,
  date: [...single, 'min', 'max'],
  datetime: [...single, 'min', 'max'],
  duration: single,
  uuid: single,
  json: [...stored, 'schema'],
  select: [...single, 'searchable', 'options'],
  multiselect: [...stored, 'searchable', 'options', 'minItems', 'maxItems'],
  tags: [...stored, 'searchable', 'maxLength', 'minItems', 'maxItems'],
  relation: [
    'required',
    'unique',
    'index',
    'immutable',
    'collection',
    'many',
    'onDelete',
    'inverse',
    'minItems',
    'maxItems',
  ],
  geopoint: stored,
  vector: [...stored, 'dimensions', 'metric'],
  computed: ['expression', 'returns', 'unique', 'index', 'precision', 'scale'],
}

const onlyOne: readonly FieldKey[] = ['required', 'unique', 'index', 'onDelete']
const onlyMany: readonly FieldKey[] = ['minItems', 'maxItems']

/** Keys that fit a field as it is now. */
export function keysOf({ type, many, returns }: FieldDefinition): ReadonlySet<FieldKey> {
  const keys = new Set<FieldKey>([...everywhere, ...keysOfType[type]])
  if (type === 'relation') for (const key of many ? onlyOne : onlyMany) keys.delete(key)
  if (type === 'computed' && returns !== 'decimal') for (const key of ['precision', 'scale'] as const) keys.delete(key)
  return keys
}

/** The field without keys that no longer fit, and without what says nothing: empty texts and lists, flags that are off. */
export function fitting(field: FieldDefinition): FieldDefinition {
  const keys = keysOf(field)
  const entries = Object.entries(field).filter(([key, value]) => {
    if (key === 'id' || key === 'name' || key === 'type') return value !== undefined
    if (value === undefined || value === '' || !keys.has(key as FieldKey)) return false
    return key === 'default' || (value !== false && !(Array.isArray(value) && value.length === 0))
  })
  return Object.fromEntries(entries) as unknown as FieldDefinition
}
