import type { CollectionDefinition } from '@holdfast/contract'

/** Collections that between them have every field type, hidden and masked fields, relations of all kinds. */
export const things: Omit<CollectionDefinition, 'id'>[] = [
  {
    name: 'things',
    description: 'One of everything.',
    history: true,
    trash: true,
    fields: [
      { name: 'title', type: 'text', required: true, minLength: 2, maxLength: 40, description: 'What it is called.' },
      { name: 'code', type: 'text', unique: true, pattern: '[A-Z]{2}\\d{3}' },
      { name: 'loose', type: 'text', pattern: '(?i)x+' },
      { name: 'body', type: 'richtext' },
      { name: 'contact', type: 'email' },
      { name: 'link', type: 'url' },
      { name: 'slug', type: 'slug', from: 'title' },
      { name: 'count', type: 'integer', default: 0, min: 0 },
      { name: 'ratio', type: 'number', max: 0.5 },
      { name: 'price', type: 'decimal', precision: 10, scale: 2, min: '0.50' },
      { name: 'done', type: 'boolean' },
      { name: 'day', type: 'date' },
      { name: 'at', type: 'datetime', default: '$now' },
      { name: 'takes', type: 'duration' },
      { name: 'key', type: 'uuid' },
      { name: 'extra', type: 'json', schema: { type: 'object', properties: { depth: { type: 'integer' } } } },
      { name: 'tree', type: 'json', schema: { $ref: '#/$defs/node', $defs: { node: { type: 'object' } } } },
      { name: 'status', type: 'select', options: ['draft', 'published'], default: 'draft', required: true },
      { name: 'colours', type: 'multiselect', options: ['red', 'green', 'blue'], minItems: 1 },
      { name: 'labels', type: 'tags' },
      { name: 'place', type: 'geopoint' },
      { name: 'double', type: 'computed', expression: 'count * 2', returns: 'integer' },
      { name: 'owner', type: 'relation', collection: 'users', inverse: 'things' },
      { name: 'origin', type: 'text', immutable: true },
      { name: 'booking', type: 'relation', collection: 'ledger', inverse: 'booked' },
      { name: 'salary', type: 'integer' },
      { name: 'secret', type: 'text', hidden: true, description: 'Canary of hidden fields.' },
    ],
    rules: [
      { role: 'public', action: 'read', conditions: { status: 'published' }, fields: ['title', 'status', 'createdAt'] },
      { role: 'user', action: ['read', 'update', 'delete'], conditions: { owner: '$user.id' } },
      { role: 'user', action: 'create', preset: { owner: '$user.id' } },
    ],
  },
  {
    name: 'parts',
    fields: [
      { name: 'name', type: 'text', required: true },
      { name: 'thing', type: 'relation', collection: 'things', required: true, onDelete: 'cascade', inverse: 'parts' },
      { name: 'related', type: 'relation', collection: 'parts', many: true },
    ],
    rules: [
      { role: 'public', action: 'read' },
      { role: 'user', action: ['create', 'update', 'delete'] },
    ],
  },
  {
    name: 'inbox',
    description: 'Everybody may write, nobody may read.',
    fields: [{ name: 'text', type: 'text', required: true }],
    rules: [{ role: 'public', action: 'create' }],
  },
  {
    name: 'ledger',
    description: 'Canary of admin collections.',
    fields: [{ name: 'amount', type: 'decimal' }],
    rules: [{ role: 'auditor', action: 'read' }],
  },
]
