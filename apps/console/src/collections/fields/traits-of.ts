import type { FieldDefinition } from '@holdfast/contract'

/** What is particular about a field, in a word each. */
export function traitsOf({
  type,
  collection,
  many,
  required,
  unique,
  index,
  hidden,
  immutable,
  searchable,
}: FieldDefinition): readonly string[] {
  return [
    ...(type === 'relation' && collection ? [many ? `→ many ${collection}` : `→ ${collection}`] : []),
    ...(required ? ['required'] : []),
    ...(unique ? ['unique'] : index ? ['index'] : []),
    ...(searchable ? ['search'] : []),
    ...(immutable ? ['immutable'] : []),
    ...(hidden ? ['hidden'] : []),
  ]
}
