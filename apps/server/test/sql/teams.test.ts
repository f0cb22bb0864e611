import type { CollectionDefinition } from '@holdfast/contract'
import { expect, it } from 'vitest'
import { compileSchema } from '../../src/collections/index.js'
import { Scopes } from '../../src/permissions/index.js'
import { parseListQuery } from '../../src/records/read/parse-list-query.js'
import { planList } from '../../src/records/read/plan-list.js'
import { parseQueryString } from '../../src/records/read/raw-query.js'
import { planCreate, planUpdate } from '../../src/records/write/plan-write.js'

const definitions: CollectionDefinition[] = [
  { id: 'c1', name: 'users', fields: [{ id: 'f1', name: 'email', type: 'email' }] },
  {
    id: 'c2',
    name: 'teams',
    members: true,
    fields: [{ id: 'f2', name: 'name', type: 'text' }],
    rules: [{ role: 'user', action: 'read', conditions: { id: { $in: '$user.teams.owner' } } }],
  },
  {
    id: 'c3',
    name: 'projects',
    tenant: 'team',
    fields: [
      { id: 'f3', name: 'team', type: 'relation', collection: 'teams', required: true },
      { id: 'f4', name: 'name', type: 'text' },
    ],
    rules: [{ role: 'user', action: ['read', 'create', 'update'], conditions: { name: { $null: false } } }],
  },
]
const schema = compileSchema(definitions, 1)
const collection = (name: string) => schema.collections.get(name)!
const projects = collection('projects')
const user = new Scopes(schema, new Set(['public', 'user']))

const list = (scopes: Scopes, name: string): string =>
  planList(parseListQuery(parseQueryString('fields=name&limit=20'), scopes.read(collection(name))!)).page.text

const write = (action: 'create' | 'update'): string => {
  const scope = user[action](projects)!
  const columns = [projects.fields.get('name')!]
  const shape = { scope, columns, grant: scope.grants(columns)[0]!, lists: [], operations: new Map(), deferred: false }
  return (action === 'create' ? planCreate(shape, undefined) : planUpdate(shape, undefined, false)).text
}

it.each([
  ['teams-list-member', () => list(user, 'teams')],
  ['tenant-list', () => list(user, 'projects')],
  ['tenant-list-admin', () => list(new Scopes(schema, undefined), 'projects')],
  ['tenant-list-admin-in-team', () => list(new Scopes(schema, undefined, undefined, true), 'projects')],
  ['tenant-create', () => write('create')],
  ['tenant-update', () => write('update')],
])('%s', async (name, build) => {
  await expect(`${build()}\n`).toMatchFileSnapshot(`./golden/${name}.sql`)
})
