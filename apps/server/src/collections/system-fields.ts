import type { FieldDefinition } from '@holdfast/contract'

const always: readonly FieldDefinition[] = [
  {
    name: 'id',
    type: 'uuid',
    required: true,
    immutable: true,
    description: 'Identity. The client may choose it at create.',
  },
  { name: 'createdAt', type: 'datetime', required: true, description: 'When the record was created.' },
  { name: 'updatedAt', type: 'datetime', required: true, description: 'When the record was last changed.' },
]
const createdBy = { name: 'createdBy', description: 'The user who created the record.' } as const
const version: FieldDefinition = {
  name: 'version',
  type: 'integer',
  required: true,
  description: 'Counts the changes of the record, from 1.',
}

/** The fields every record has. `createdBy` leads to `users` where there is such a collection. */
export const systemFieldDefinitions = (hasUsers: boolean): readonly FieldDefinition[] => [
  ...always,
  hasUsers ? { ...createdBy, type: 'relation', collection: 'users' } : { ...createdBy, type: 'uuid' },
  version,
]
