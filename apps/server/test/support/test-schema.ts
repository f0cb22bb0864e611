import type { CollectionDefinition } from '@holdfast/contract'
import { compileSchema } from '../../src/collections/index.js'

/** A small schema for the pure tests: users write posts with comments; an audit nobody may read. */
export const testDefinitions: CollectionDefinition[] = [
  {
    id: '00000000-0000-7000-8000-000000000001',
    name: 'users',
    fields: [
      { id: '00000000-0000-7000-8000-000000000011', name: 'email', type: 'email', required: true, unique: true },
      { id: '00000000-0000-7000-8000-000000000012', name: 'team', type: 'text' },
    ],
    rules: [{ role: 'user', action: 'read', fields: ['email'], conditions: { id: '$user.id' } }],
  },
  {
    id: '00000000-0000-7000-8000-000000000002',
    name: 'posts',
    fields: [
      { id: '00000000-0000-7000-8000-000000000021', name: 'title', type: 'text', required: true, maxLength: 200 },
      { id: '00000000-0000-7000-8000-000000000022', name: 'body', type: 'text' },
      {
        id: '00000000-0000-7000-8000-000000000023',
        name: 'status',
        type: 'select',
        options: ['draft', 'published'],
        required: true,
        default: 'draft',
      },
      { id: '00000000-0000-7000-8000-000000000024', name: 'views', type: 'integer', default: 0 },
      {
        id: '00000000-0000-7000-8000-000000000025',
        name: 'author',
        type: 'relation',
        collection: 'users',
        inverse: 'posts',
      },
      { id: '00000000-0000-7000-8000-000000000026', name: 'labels', type: 'tags' },
      {
        id: '00000000-0000-7000-8000-000000000027',
        name: 'readers',
        type: 'relation',
        collection: 'users',
        many: true,
      },
      { id: '00000000-0000-7000-8000-000000000028', name: 'note', type: 'text', hidden: true },
      { id: '00000000-0000-7000-8000-000000000029', name: 'salary', type: 'integer' },
    ],
    rules: [
      {
        role: 'public',
        action: 'read',
        conditions: { status: 'published' },
        fields: ['title', 'body', 'status', 'author', 'createdAt'],
      },
      { role: 'user', action: ['read', 'update', 'delete'], conditions: { author: '$user.id' } },
      { role: 'user', action: 'create', fields: ['title', 'status'], preset: { author: '$user.id' } },
      { role: 'teamLead', action: 'read', conditions: { title: '$user.team' }, fields: ['title', 'salary'] },
      { role: 'blind', action: 'read', deny: true, fields: ['title'] },
    ],
  },
  {
    id: '00000000-0000-7000-8000-000000000003',
    name: 'comments',
    fields: [
      { id: '00000000-0000-7000-8000-000000000031', name: 'text', type: 'text', required: true },
      {
        id: '00000000-0000-7000-8000-000000000032',
        name: 'post',
        type: 'relation',
        collection: 'posts',
        required: true,
        onDelete: 'cascade',
        inverse: 'comments',
      },
    ],
    rules: [{ role: 'public', action: 'read' }],
  },
  {
    id: '00000000-0000-7000-8000-000000000004',
    name: 'audit',
    fields: [
      { id: '00000000-0000-7000-8000-000000000041', name: 'entry', type: 'text' },
      {
        id: '00000000-0000-7000-8000-000000000042',
        name: 'post',
        type: 'relation',
        collection: 'posts',
        inverse: 'entries',
      },
    ],
  },
]

export const testSchema = compileSchema(testDefinitions, 1)

/** Documents of any JSON. */
export const documentSchema = compileSchema(
  [
    {
      id: '00000000-0000-7000-8000-000000000001',
      name: 'documents',
      fields: [{ id: '00000000-0000-7000-8000-000000000011', name: 'meta', type: 'json' }],
    },
  ],
  1,
)
