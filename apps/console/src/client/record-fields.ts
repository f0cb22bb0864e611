import type { CollectionDefinition, FieldDefinition } from '@holdfast/contract'

/** The fields every record has, as definitions; the server sets them. */
export const systemFieldDefinitions: readonly FieldDefinition[] = [
  { name: 'id', type: 'uuid', required: true, immutable: true, description: 'Identity of the record' },
  { name: 'createdAt', type: 'datetime', required: true, description: 'When it was made' },
  { name: 'updatedAt', type: 'datetime', required: true, description: 'When it was last changed' },
  { name: 'createdBy', type: 'relation', collection: 'users', description: 'The user who made it' },
  { name: 'version', type: 'integer', required: true, description: 'Counts its changes, from 1' },
]

const systemNames = new Set(systemFieldDefinitions.map(({ name }) => name))

export const isSystemField = (name: string): boolean => systemNames.has(name)

/** The collection's own fields, then those every record has. */
export const fieldsOf = ({ fields }: CollectionDefinition): FieldDefinition[] => [...fields, ...systemFieldDefinitions]

/** Relations that others point here with, under the name this collection sees them by. */
export const inversesOf = (name: string, collections: readonly CollectionDefinition[]): FieldDefinition[] =>
  collections.flatMap((other) =>
    other.fields
      .filter(({ collection, inverse }) => collection === name && inverse !== undefined)
      .map(
        ({ inverse }): FieldDefinition => ({ name: inverse!, type: 'relation', collection: other.name, many: true }),
      ),
  )

const readable = new Set(['text', 'email', 'slug', 'select', 'url'])

const names = ['name', 'title', 'label', 'subject', 'headline', 'email']

/** The field that people know a record by: a name where there is one, else its first text field. */
export function labelFieldOf({ fields }: CollectionDefinition): FieldDefinition | undefined {
  const shown = fields.filter(({ type, hidden }) => readable.has(type) && !hidden)
  const named = names.flatMap((name) => shown.filter((field) => field.name === name))
  return named[0] ?? shown.find(({ type }) => type === 'text') ?? shown[0]
}

/** What people know a record by, or the end of its id, where ids differ. */
export function labelOf(record: object, labelField: string | undefined): string {
  const known = record as { readonly [field: string]: unknown }
  const label = labelField === undefined ? undefined : known[labelField]
  return typeof label === 'string' && label.trim() !== '' ? label : shortId(String(known['id'] ?? ''))
}

/** `…a1b2c3d4`: UUIDv7 begin alike. */
export const shortId = (id: string): string => (id.length > 12 ? `…${id.slice(-8)}` : id)
