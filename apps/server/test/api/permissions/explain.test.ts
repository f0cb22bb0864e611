import type { CollectionDefinition, ExplainRequest, Explanation } from '@holdfast/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'

const definitions: Omit<CollectionDefinition, 'id'>[] = [
  {
    name: 'users',
    fields: [
      { name: 'email', type: 'email', required: true, unique: true },
      { name: 'team', type: 'text' },
    ],
    rules: [{ role: 'user', action: 'read', conditions: { id: '$user.id' } }],
  },
  {
    name: 'teams',
    fields: [
      { name: 'name', type: 'text', required: true },
      { name: 'secret', type: 'text', hidden: true },
    ],
    rules: [{ role: 'user', action: 'read', conditions: { name: 'red' } }],
  },
  {
    name: 'posts',
    fields: [
      { name: 'title', type: 'text', required: true },
      { name: 'slug', type: 'slug', from: 'title' },
      { name: 'status', type: 'select', options: ['draft', 'published'], required: true, default: 'draft' },
      { name: 'author', type: 'relation', collection: 'users' },
      { name: 'team', type: 'relation', collection: 'teams' },
      { name: 'price', type: 'integer' },
      { name: 'quantity', type: 'integer' },
      { name: 'total', type: 'computed', expression: 'price * quantity', returns: 'integer' },
      { name: 'readers', type: 'relation', collection: 'users', many: true },
      { name: 'note', type: 'text', hidden: true },
      { name: 'kind', type: 'text', immutable: true },
    ],
    rules: [
      { role: 'public', action: 'read', conditions: { status: 'published' }, fields: ['title', 'status', 'total'] },
      { role: 'user', action: ['read', 'update'], conditions: { author: '$user.id' } },
      {
        role: 'user',
        action: 'create',
        fields: ['title', 'status', 'team', 'readers'],
        preset: { author: '$user.id' },
      },
      { role: 'user', action: 'update', fields: ['status'], deny: true, conditions: { status: 'published' } },
      { role: 'editor', action: 'delete', conditions: { 'author.team': '$user.team', readers: { $has: '$user.id' } } },
      { role: 'user', action: ['read'], deny: true, conditions: { title: 'gone' } },
      { role: 'editor', action: 'update', fields: ['price'], conditions: { readers: { $some: { team: 'x' } } } },
    ],
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
  for (const [who, team] of [
    [writer, 'blue'],
    [editor, 'green'],
  ] as const)
    await server.request('PATCH', `/api/v1/collections/users/records/${who.id}`, { token: admin.token, body: { team } })
  ids['red'] = await make('teams', { name: 'red', secret: 's' })
  ids['blue'] = await make('teams', { name: 'blue' })
  ids['draft'] = await make('posts', {
    title: 'A draft',
    author: writer.id,
    price: 2,
    quantity: 3,
    readers: [writer.id],
  })
  ids['published'] = await make('posts', { title: 'Out', author: writer.id, status: 'published' })
  ids['gone'] = await make('posts', { title: 'gone', author: writer.id })
})
afterAll(() => server?.stop())

async function make(collection: string, body: object): Promise<string> {
  const path = `/api/v1/collections/${collection}/records`
  const { status, json, text } = await server.request('POST', path, { token: admin.token, body })
  if (status !== 201) throw new Error(text)
  return json.data.id
}

async function explain(body: ExplainRequest): Promise<Explanation> {
  const answer = await server.request('POST', '/api/v1/permissions/explain', { token: admin.token, body })
  expect(answer.status, answer.text).toBe(200)
  return answer.json.data
}

const onPosts = (as: ExplainRequest['as'], action: ExplainRequest['action'], record: Partial<ExplainRequest>) =>
  explain({ as, action, collection: 'posts', ...record })

describe('a read', () => {
  it('that is allowed names the rule, and says of every field why it shows or not', async () => {
    const { allowed, rule, failed, fields, reason } = await onPosts({ role: 'public' }, 'read', {
      id: ids['published'],
    })
    expect({ allowed, rule, failed }).toEqual({
      allowed: true,
      rule: { index: 0, role: 'public', action: ['read'], deny: false },
      failed: [],
    })
    expect(reason).toBe('Somebody who is not signed in may read this record of posts: rule 0 (public, read) allows it')
    expect(fields['title']).toEqual({ readable: true, why: 'rule 0 (public, read) opens it' })
    expect(fields['author']).toEqual({ readable: false, why: 'no rule for these roles names it' })
    expect(fields['note']).toEqual({ readable: false, why: 'hidden: admins only' })
    expect(fields['total']).toEqual({ readable: false, why: 'reads price, which is closed' })
    expect(fields['id']!.readable).toBe(true)
  })

  it('that is refused names the conditions that failed, with the values they met', async () => {
    const { allowed, rule, failed, reason } = await onPosts({ role: 'public' }, 'read', { id: ids['draft'] })
    expect(allowed).toBe(false)
    expect(rule!.index).toBe(0)
    expect(failed).toEqual([{ path: 'status', operator: '$eq', expected: 'published', actual: 'draft' }])
    expect(reason).toContain('rule 0 (public, read) would allow it, but status must be "published" and is "draft"')
  })

  it('shows variables by their values', async () => {
    const { failed } = await onPosts({ user: editor.id }, 'read', { id: ids['draft'] })
    expect(failed).toEqual([{ path: 'author', operator: '$eq', expected: editor.id, actual: writer.id }])
  })

  it('that is denied names the denial, and what it is because of', async () => {
    const { allowed, rule, reason, failed } = await onPosts({ user: writer.id }, 'read', { id: ids['gone'] })
    expect([allowed, rule!.index, rule!.deny, failed]).toEqual([false, 5, true, []])
    expect(reason).toContain('rule 5 (user, read) denies it because title is "gone"')
  })

  it('of a record that might be is told by its values', async () => {
    const data = { title: 'x', status: 'published', price: 1 }
    expect((await onPosts({ role: 'public' }, 'read', { data })).allowed).toBe(true)
    expect((await onPosts({ role: 'public' }, 'read', { data: { title: 'x' } })).allowed).toBe(false)
  })

  it('of a record that is not there says so', async () => {
    const { allowed, reason } = await onPosts({ role: 'public' }, 'read', { id: admin.id })
    expect([allowed, reason]).toEqual([false, `Posts has no record with the id ${admin.id}`])
  })
})

describe('a delete', () => {
  it('shows what lies behind relations', async () => {
    const { allowed, failed } = await onPosts({ user: editor.id }, 'delete', { id: ids['draft'] })
    expect(allowed).toBe(false)
    expect(failed).toEqual([
      { path: 'author.team', operator: '$eq', expected: 'green', actual: 'blue' },
      { path: 'readers', operator: '$has', expected: editor.id, actual: [writer.id] },
    ])
  })

  it('without any rule says so', async () => {
    const { allowed, rule, reason } = await onPosts({ role: 'public' }, 'delete', { id: ids['draft'] })
    expect([allowed, rule]).toEqual([false, null])
    expect(reason).toContain('no rule for these roles allows it')
  })

  it('is open to admins, past every rule', async () => {
    const { allowed, reason } = await onPosts({ user: admin.id }, 'delete', { id: ids['draft'] })
    expect([allowed, reason.includes('admins pass every rule')]).toEqual([true, true])
  })
})

describe('a create', () => {
  it('fills in what the server sets', async () => {
    const { allowed, rule, fields } = await onPosts({ user: writer.id }, 'create', { data: { title: 'New' } })
    expect([allowed, rule!.index]).toEqual([true, 2])
    expect(fields['author']).toMatchObject({
      writable: false,
      why: 'rule 2 (user, create) sets it, so callers may not',
    })
    expect(fields['title']).toMatchObject({ readable: true, writable: true, why: 'rule 2 (user, create) opens it' })
  })

  it('names the field no rule opens', async () => {
    const { allowed, reason } = await onPosts({ user: writer.id }, 'create', { data: { title: 'New', price: 1 } })
    expect(allowed).toBe(false)
    expect(reason).toContain('may not create price of this record of posts: no rule for these roles allows it')
  })

  it('says that a relation points at a record the caller may not read, or that is not there', async () => {
    const open = await onPosts({ user: writer.id }, 'create', { data: { title: 'New', team: ids['red']! } })
    expect(open.allowed).toBe(true)
    const closed = await onPosts({ user: writer.id }, 'create', { data: { title: 'New', team: ids['blue']! } })
    expect(closed.allowed).toBe(false)
    expect(closed.reason).toContain(`team points at ${ids['blue']}, which they may not read in teams`)
    const list = await onPosts({ user: writer.id }, 'create', { data: { title: 'New', readers: [editor.id] } })
    expect(list.reason).toContain(`readers points at ${editor.id}, which they may not read in users`)
    const absent = await onPosts({ user: admin.id }, 'create', { data: { title: 'New', team: admin.id } })
    expect(absent.reason).toContain(`team points at ${admin.id}, and teams has no such record`)
  })

  it('notes what is missing beside the rules', async () => {
    const { allowed, reason } = await onPosts({ user: writer.id }, 'create', { data: {} })
    expect([allowed, reason]).toEqual([true, expect.stringContaining('refused all the same: title is required')])
  })

  it('by nobody says who is missing', async () => {
    const { allowed, rule, reason } = await onPosts({ role: 'public' }, 'create', { data: { title: 'New' } })
    expect([allowed, rule]).toEqual([false, null])
    expect(reason).toContain('no rule for these roles')
  })
})

describe('an update', () => {
  it('is judged by the record as it is and as it would become', async () => {
    const mine = { id: ids['draft'] }
    expect((await onPosts({ user: writer.id }, 'update', { ...mine, data: { title: 'New' } })).allowed).toBe(true)
    const given = await onPosts({ user: writer.id }, 'update', { ...mine, data: { author: null } })
    expect(given.allowed).toBe(false)
    expect(given.reason).toContain('may not update this record as it would become, of posts')
    expect(given.failed).toEqual([{ path: 'author', operator: '$eq', expected: writer.id, actual: null }])
  })

  it('tells the field that is denied in this record', async () => {
    const { fields } = await onPosts({ user: writer.id }, 'update', { id: ids['published'] })
    expect(fields['status']).toMatchObject({
      readable: true,
      writable: false,
      why: 'rule 3 (user, update) denies it here because status is "published"',
    })
    expect(fields['kind']).toMatchObject({ writable: false, why: 'it cannot be changed once it is set' })
    expect(fields['total']).toMatchObject({ writable: false, why: 'the server computes it' })
    const data = { status: 'draft' }
    const { allowed, rule } = await onPosts({ user: writer.id }, 'update', { id: ids['published'], data })
    expect([allowed, rule!.index]).toEqual([false, 3])
  })

  it('of a list is judged with the new list', async () => {
    const roleless = { id: ids['published'], data: { price: 1 } }
    const { allowed, failed } = await onPosts({ user: editor.id }, 'update', roleless)
    expect(allowed).toBe(false)
    expect(failed[0]).toEqual({ path: 'readers.team', operator: '$eq', expected: 'x', actual: [] })
  })
})

it('answers what is wrong with the question at its path', async () => {
  const ask = async (body: object): Promise<[number, string, string]> => {
    const { status, json } = await server.request('POST', '/api/v1/permissions/explain', { token: admin.token, body })
    return [status, json.code, json.errors[0].path]
  }
  const valid = { as: { role: 'public' }, action: 'read', collection: 'posts', id: admin.id }
  expect(await ask({ ...valid, as: { role: 'nosuch' } })).toEqual([400, 'invalid_value', 'as.role'])
  expect(await ask({ ...valid, as: { user: ids['red'] } })).toEqual([400, 'invalid_value', 'as.user'])
  expect(await ask({ ...valid, as: { apiKey: 'x' } })).toEqual([400, 'invalid_value', 'as.apiKey'])
  expect(await ask({ ...valid, as: {} })).toEqual([400, 'invalid_value', 'as'])
  expect(await ask({ ...valid, action: 'drop' })).toEqual([400, 'invalid_value', 'action'])
  expect(await ask({ ...valid, collection: 'nosuch' })).toEqual([404, 'collection_not_found', 'collection'])
  expect(await ask({ ...valid, id: 'x' })).toEqual([400, 'invalid_value', 'id'])
  expect(await ask({ ...valid, data: {} })).toEqual([400, 'invalid_value', 'id'])
  expect(await ask({ ...valid, extra: 1 })).toEqual([400, 'invalid_body', 'extra'])
  const create = { as: { role: 'user' }, action: 'create', collection: 'posts' }
  expect(await ask({ ...create, data: { nosuch: 1 } })).toEqual([400, 'unknown_field', 'data.nosuch'])
  expect(await ask({ ...create, data: { price: 'x' } })).toEqual([422, 'validation_failed', 'data.price'])
})
