import type { CollectionDefinition, CollectionPermissions } from '@holdfast/contract'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'

const definitions: Omit<CollectionDefinition, 'id'>[] = [
  {
    name: 'users',
    fields: [
      { name: 'email', type: 'email', required: true, unique: true },
      { name: 'team', type: 'text' },
      { name: 'level', type: 'integer', hidden: true },
    ],
    rules: [{ role: 'user', action: 'read', conditions: { id: '$user.id' } }],
  },
  {
    name: 'posts',
    fields: [
      { name: 'title', type: 'text', required: true },
      { name: 'status', type: 'select', options: ['draft', 'published'], required: true, default: 'draft' },
      { name: 'author', type: 'relation', collection: 'users' },
      { name: 'team', type: 'text' },
      { name: 'rank', type: 'integer' },
      { name: 'secret', type: 'text', hidden: true },
    ],
    rules: [
      { role: 'public', action: 'read', conditions: { status: 'published' }, fields: ['title', 'status'] },
      { role: 'user', action: ['read', 'update'], conditions: { author: '$user.id' } },
      {
        role: 'user',
        action: 'create',
        fields: ['title'],
        preset: { author: '$user.id' },
        conditions: { author: '$user.id' },
      },
      { role: 'mate', action: ['read', 'delete'], conditions: { team: '$user.team' } },
    ],
  },
  {
    name: 'ranked',
    fields: [{ name: 'rank', type: 'integer' }],
    rules: [
      { role: 'user', action: 'read', conditions: { rank: { $lte: '$user.level' } } },
      { role: 'user', action: 'delete', conditions: { 'createdBy.team': 'red' } },
    ],
  },
  {
    name: 'veiled',
    fields: [
      { name: 'a', type: 'text' },
      { name: 'b', type: 'text' },
      { name: 'c', type: 'text', hidden: true },
    ],
    rules: [
      { role: 'public', action: 'read', fields: ['a'] },
      { role: 'public', action: 'update', conditions: { b: 'open' }, fields: ['a'] },
      { role: 'public', action: 'delete' },
      { role: 'public', action: 'delete', conditions: { c: 'locked' }, deny: true },
    ],
  },
  { name: 'closed', fields: [{ name: 'x', type: 'text' }], rules: [{ role: 'boss', action: 'read' }] },
]

let server: TestServer
let admin: Persona
let writer: Persona
let mate: Persona

beforeAll(async () => {
  ;({ server, admin } = await startServerWith(definitions))
  writer = await signUp(server, 'writer@example.com')
  mate = await signUp(server, 'mate@example.com', admin, ['mate'])
  const body = { team: 'red', level: 3 }
  await server.request('PATCH', `/api/v1/collections/users/records/${mate.id}`, { token: admin.token, body })
})
afterAll(() => server?.stop())

async function mine(token?: string): Promise<{ [collection: string]: CollectionPermissions }> {
  const { status, json, text } = await server.request('GET', '/api/v1/me/permissions', { token })
  expect(status, text).toBe(200)
  return json.data
}

it('tells whoever is not signed in what is open to everyone, and names nothing else', async () => {
  const permissions = await mine()
  expect(Object.keys(permissions)).toEqual(['posts', 'veiled'])
  expect(permissions['posts']).toEqual({
    read: {
      allowed: 'some',
      fields: { id: 'all', title: 'all', status: 'all' },
      conditions: { status: { $eq: 'published' } },
    },
    create: { allowed: 'none' },
    update: { allowed: 'none' },
    delete: { allowed: 'none' },
  })
})

it('fills in what is known of the caller', async () => {
  const { posts, closed } = await mine(writer.token)
  expect(closed).toBeUndefined()
  expect(posts!.update).toMatchObject({ allowed: 'some', conditions: { author: { $eq: writer.id } } })
  expect(posts!.read).toMatchObject({ allowed: 'some', conditions: null })
  expect(posts!.update.fields).toMatchObject({ title: 'all', author: 'all' })
  expect(posts!.update.fields).not.toHaveProperty('secret')
  expect(posts!.create).toEqual({ allowed: 'all', fields: { id: 'all', title: 'all' } })
  expect(posts!.read.fields).toMatchObject({ title: 'all', status: 'all', author: 'some' })
  expect(posts!.delete).toEqual({ allowed: 'none' })
  const { users } = await mine(writer.token)
  expect(users!.read).toMatchObject({ allowed: 'some', conditions: { id: { $eq: writer.id } } })
})

it('says that nothing is open where the caller lacks what the rule asks for', async () => {
  expect((await mine(mate.token))['posts']!.delete.allowed).toBe('some')
  await server.request('PATCH', `/api/v1/collections/users/records/${mate.id}`, {
    token: admin.token,
    body: { team: null },
  })
  expect((await mine(mate.token))['posts']!.delete).toEqual({ allowed: 'none' })
})

it('A01: keeps conditions to itself that speak of fields the caller may not read', async () => {
  const { veiled } = await mine()
  expect(veiled!.update).toEqual({ allowed: 'some', fields: { a: 'all' }, conditions: null })
  expect(veiled!.delete).toEqual({ allowed: 'some', conditions: null })
})

it('A05: keeps values of the caller to itself that they may not read, and other records', async () => {
  const { ranked } = await mine(mate.token)
  expect(ranked!.read).toMatchObject({ allowed: 'some', conditions: null })
  expect(ranked!.delete).toMatchObject({ allowed: 'some', conditions: null })
  const { text } = await server.request('GET', '/api/v1/me/permissions', { token: mate.token })
  expect(text).not.toContain('locked')
  expect(text).not.toContain('level')
  expect(text).not.toContain('secret')
})

it('opens everything to admins, hidden fields too', async () => {
  const permissions = await mine(admin.token)
  expect(Object.keys(permissions).sort()).toEqual(['closed', 'posts', 'ranked', 'users', 'veiled'])
  expect(permissions['posts']!.read).toMatchObject({ allowed: 'all', fields: { secret: 'all' } })
  expect(permissions['closed']!.delete).toEqual({ allowed: 'all' })
})
