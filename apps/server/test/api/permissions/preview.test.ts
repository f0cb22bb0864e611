import type { CollectionDefinition, PermissionPreview, RolePreview, RuleDefinition } from '@holdfast/contract'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'

const rules: RuleDefinition[] = [
  { role: 'public', action: 'read', conditions: { status: 'published' }, fields: ['title', 'status'] },
  { role: 'user', action: ['read', 'update'], conditions: { author: '$user.id' } },
  { role: 'editor', action: 'read' },
]

const definitions: Omit<CollectionDefinition, 'id'>[] = [
  {
    name: 'posts',
    fields: [
      { name: 'secret', type: 'text', hidden: true },
      { name: 'title', type: 'text', required: true },
      { name: 'status', type: 'select', options: ['draft', 'published'], required: true, default: 'draft' },
      { name: 'author', type: 'relation', collection: 'users' },
      { name: 'price', type: 'integer' },
    ],
    rules,
  },
]

let server: TestServer
let admin: Persona
let writer: Persona
let editor: Persona
const ids: Record<string, string> = {}

beforeAll(async () => {
  ;({ server, admin } = await startServerWith(definitions))
  writer = await signUp(server, 'writer@example.com')
  editor = await signUp(server, 'editor@example.com', admin, ['editor'])
  const records = [
    { title: 'draft', author: writer.id, price: 5 },
    { title: 'dear', author: writer.id, price: 500, secret: 'hush' },
    { title: 'out', status: 'published', price: 5 },
    { title: 'news', status: 'published', price: 500 },
  ]
  for (const body of records) {
    const path = '/api/v1/collections/posts/records'
    const { json } = await server.request('POST', path, { token: admin.token, body })
    ids[body.title] = json.data.id
  }
})
afterAll(() => server?.stop())

async function preview(next: readonly RuleDefinition[]): Promise<PermissionPreview> {
  const body = { collection: 'posts', rules: next }
  const answer = await server.request('POST', '/api/v1/admin/permissions/preview', { token: admin.token, body })
  expect(answer.status, answer.text).toBe(200)
  return answer.json.data
}

const roleOf = ({ roles }: PermissionPreview, name: string): RolePreview => roles.find(({ role }) => role === name)!

const nothing = { count: 0, more: false, sample: [] }
const unchanged = { gained: [], lost: [], changed: [] }

it('says that nothing changes when nothing does', async () => {
  const { roles, tests } = await preview(rules)
  expect(roles.map(({ role }) => role)).toEqual(['public', 'user', 'editor'])
  expect(tests).toEqual({ passed: 0, failed: 0, tests: [] })
  for (const role of roles) {
    expect(role.read).toEqual({ changed: false, fields: unchanged, rows: { gained: nothing, lost: nothing } })
    expect(role.create).toEqual({ changed: false, fields: unchanged })
  }
})

it('counts the records that come and go, and shows some of them', async () => {
  const cheap = { ...rules[0]!, conditions: { price: { $lt: 100 } } }
  const answer = await preview([cheap, ...rules.slice(1)])
  expect(roleOf(answer, 'public').read).toEqual({
    changed: true,
    fields: unchanged,
    rows: {
      gained: { count: 1, more: false, sample: [{ id: ids['draft'], label: 'draft' }] },
      lost: { count: 1, more: false, sample: [{ id: ids['news'], label: 'news' }] },
    },
  })
  expect(roleOf(answer, 'public').update.changed).toBe(false)
  expect(roleOf(answer, 'editor').read.rows).toEqual({ gained: nothing, lost: nothing })
})

it('counts for each of some users where it depends on who asks', async () => {
  const [open, , editors] = rules as [RuleDefinition, RuleDefinition, RuleDefinition]
  const { read, update } = roleOf(await preview([open, { ...rules[1]!, action: 'update' }, editors]), 'user')
  expect(read.fields).toEqual({
    gained: [],
    lost: ['createdAt', 'updatedAt', 'createdBy', 'version', 'author', 'price'],
    changed: [],
  })
  expect(update.changed).toBe(false)
  const { lost } = read.rows!
  expect([lost.count, lost.more]).toEqual([2, false])
  expect(lost.sample.map(({ label }) => label).sort()).toEqual(['dear', 'draft'])
  expect(lost.users).toHaveLength(3)
  expect(lost.users).toContainEqual({ id: writer.id, label: 'writer@example.com', count: 2, more: false })
  expect(lost.users).toContainEqual({ id: editor.id, label: 'editor@example.com', count: 0, more: false })
})

it('shows what a role gains and loses, fields of writes too', async () => {
  const answer = await preview([
    ...rules.slice(0, 2),
    { role: 'writer', action: 'create', fields: ['title'] },
    { role: 'user', action: 'update', fields: ['price'], deny: true },
  ])
  expect(roleOf(answer, 'editor').read.rows!.lost).toMatchObject({ count: 2 })
  const { create } = roleOf(answer, 'writer')
  expect(create).toEqual({ changed: true, fields: { gained: ['id', 'title'], lost: [], changed: [] } })
  expect(roleOf(answer, 'user').update.fields).toEqual({ gained: [], lost: ['price'], changed: [] })
})

it('tries the tests of the rules', async () => {
  const tests = [{ as: 'public', record: { title: 'x' }, expect: 'allowed' as const }]
  const { tests: report } = await preview([{ ...rules[0]!, tests }, ...rules.slice(1)])
  expect(report).toMatchObject({ passed: 0, failed: 1 })
})

it('saves nothing, and says what is wrong at its place', async () => {
  const path = '/api/v1/admin/permissions/preview'
  const before = (await server.request('GET', '/api/v1/admin/collections/posts', { token: admin.token })).text
  await preview([])
  expect((await server.request('GET', '/api/v1/admin/collections/posts', { token: admin.token })).text).toBe(before)
  const ask = async (body: unknown) => {
    const { status, json } = await server.request('POST', path, { token: admin.token, body })
    return [status, json.code, json.errors?.[0]?.path]
  }
  const wrong = [{ role: 'public', action: 'read', conditions: { nosuch: 1 } }]
  expect(await ask({ collection: 'posts', rules: wrong })).toEqual([
    422,
    'invalid_definition',
    'rules.0.conditions.nosuch',
  ])
  expect(await ask({ collection: 'nosuch', rules })).toEqual([404, 'collection_not_found', 'collection'])
  expect(await ask({ collection: 'posts' })).toEqual([400, 'invalid_value', 'rules'])
  expect(await ask([])).toEqual([400, 'invalid_body', ''])
})
