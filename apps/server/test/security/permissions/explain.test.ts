import type { CollectionDefinition } from '@holdfast/contract'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { type Persona, password, signUp, startServerWith } from '../../support/personas.js'

const notes: Omit<CollectionDefinition, 'id'> = {
  name: 'notes',
  fields: [
    { name: 'text', type: 'text', required: true },
    { name: 'at', type: 'datetime', default: '$now' },
    { name: 'owner', type: 'relation', collection: 'users' },
    { name: 'hidden', type: 'text', hidden: true },
    { name: 'readers', type: 'relation', collection: 'users', many: true },
  ],
  rules: [{ role: 'user', action: ['read', 'create', 'update', 'delete'], conditions: { owner: '$user.id' } }],
}

let server: TestServer
let admin: Persona
let owner: Persona
let noteId: string

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([notes]))
  owner = await signUp(server, 'owner@example.com')
  const body = { text: 'a', owner: owner.id, readers: [owner.id] }
  const created = await server.request('POST', '/api/v1/collections/notes/records', { token: admin.token, body })
  noteId = created.json.data.id
})
afterAll(() => server?.stop())

const explain = (body: object, token?: string) => server.request('POST', '/api/v1/permissions/explain', { token, body })

it('A56: is open to admins only', async () => {
  const question = { as: { role: 'public' }, action: 'read', collection: 'notes', id: noteId }
  expect((await explain(question)).status).toBe(401)
  const refused = await explain(question, owner.token)
  expect([refused.status, refused.json.code]).toEqual([403, 'forbidden'])
  expect(refused.text).not.toContain('rule 0')
})

it('A56: writes nothing, whatever it is asked', async () => {
  await server.database.run({ text: 'create sequence probe_calls', values: [] })
  await server.database.run({
    text: `create function probe() returns trigger language plpgsql as $$ begin perform nextval('probe_calls'); return new; end $$`,
    values: [],
  })
  await server.database.run({
    text: `create trigger probe before insert or update or delete on public.notes for each row execute function probe()`,
    values: [],
  })
  const before = await snapshot()
  const records = [
    { action: 'read', id: noteId },
    { action: 'delete', id: noteId },
    { action: 'update', id: noteId, data: { text: 'b', readers: [], at: '2020-01-01T00:00:00Z' } },
    { action: 'create', data: { text: 'b', owner: owner.id, readers: [owner.id] } },
  ]
  for (const as of [{ user: owner.id }, { user: admin.id }, { role: 'user' }, { role: 'public' }])
    for (const record of records) {
      const { status, text } = await explain({ as, collection: 'notes', ...record }, admin.token)
      expect(status, text).toBe(200)
    }
  expect(await snapshot()).toEqual(before)
})

async function snapshot(): Promise<unknown> {
  const { rows } = await server.database.run({
    text: `select (select json_agg(n)::text from public.notes n), (select count(*) from public.users),
      (select last_value from probe_calls),
      (select is_called from probe_calls)`,
    values: [],
  })
  return rows
}

it('A18: tells nothing of what proves who somebody is', async () => {
  const question = { as: { user: owner.id }, action: 'read', collection: 'users', id: owner.id }
  const { status, text, json } = await explain(question, admin.token)
  expect(status).toBe(200)
  expect(Object.keys(json.data.fields)).toEqual(['id', 'createdAt', 'updatedAt', 'createdBy', 'version', 'email'])
  expect(text).not.toMatch(/argon|\$argon2|hash|credential/i)
  expect(text).not.toContain(password)
  for (const name of ['password', 'passwordHash', 'password_hash']) {
    const strange = { as: { role: 'user' }, action: 'create', collection: 'users', data: { [name]: 'x' } }
    expect((await explain(strange, admin.token)).json.code).toBe('unknown_field')
  }
  for (const collection of ['holdfast.credentials', 'credentials', 'sessions', 'pg_class']) {
    const answer = await explain({ ...question, collection }, admin.token)
    expect([answer.status, answer.json.code]).toEqual([404, 'collection_not_found'])
  }
})

it('A50: takes values as values, in every place', async () => {
  const hostile = [`x'); drop table notes; --`, `$user.id`, `\\'`, '{}', '%', '\u2028']
  for (const text of hostile) {
    const create = { as: { role: 'user' }, action: 'create', collection: 'notes', data: { text } }
    expect((await explain(create, admin.token)).status).toBe(200)
    for (const question of [
      { ...create, collection: text },
      { ...create, as: { role: text } },
      { ...create, as: { user: text } },
      { ...create, data: { [text]: 1 } },
      { ...create, action: text },
    ]) {
      const { status } = await explain(question, admin.token)
      expect([400, 404]).toContain(status)
    }
  }
  expect(
    (await explain({ as: { role: 'user' }, action: 'read', collection: 'notes', id: noteId }, admin.token)).status,
  ).toBe(200)
})
