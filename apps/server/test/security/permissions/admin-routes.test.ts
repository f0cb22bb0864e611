import { afterAll, beforeAll, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'

const secretRule = {
  role: 'auditor',
  action: 'read' as const,
  conditions: { text: 'internal-condition' },
  tests: [{ as: 'auditor', record: { text: 'internal-condition' }, expect: 'allowed' as const }],
}

let server: TestServer
let admin: Persona
let user: Persona
let auditor: Persona

beforeAll(async () => {
  const fields = [
    { name: 'text', type: 'text' as const },
    { name: 'hidden', type: 'text' as const, hidden: true },
  ]
  ;({ server, admin } = await startServerWith([{ name: 'notes', fields, rules: [secretRule] }]))
  user = await signUp(server, 'user@example.com')
  auditor = await signUp(server, 'auditor@example.com', admin, ['auditor'])
})
afterAll(() => server?.stop())

const questions = [
  ['permissions/explain', { as: { role: 'auditor' }, action: 'read', collection: 'notes', data: { text: 'x' } }],
  ['admin/permissions/preview', { collection: 'notes', rules: [] }],
  ['admin/rules/test', {}],
] as const

it('A56: who is no admin learns nothing of rules, whatever they ask', async () => {
  for (const [path, body] of questions) {
    const anonymous = await server.request('POST', `/api/v1/${path}`, { body })
    expect([path, anonymous.status]).toEqual([path, 401])
    for (const { token } of [user, auditor])
      for (const sent of [body, {}, { collection: 'nosuch' }]) {
        const { status, json, text } = await server.request('POST', `/api/v1/${path}`, { token, body: sent })
        expect([path, status, json.code]).toEqual([path, 403, 'forbidden'])
        expect(text).not.toContain('internal-condition')
      }
    expect((await server.request('POST', `/api/v1/${path}`, { token: admin.token, body })).status).toBe(200)
  }
})

it('A18: what callers are told about themselves names nothing that is closed to them', async () => {
  for (const token of [undefined, user.token]) {
    const { status, text } = await server.request('GET', '/api/v1/me/permissions', { token })
    expect(status).toBe(200)
    expect(text).not.toContain('notes')
    expect(text).not.toContain('auditor')
    expect(text).not.toContain('internal-condition')
  }
  const own = await server.request('GET', '/api/v1/me/permissions', { token: auditor.token })
  expect(own.json.data.notes.read.fields).toHaveProperty('text')
  expect(own.text).not.toContain('hidden')
})

it('A80: a preview stays within its time and its count on a table whose rules are slow to ask', async () => {
  await server.database.run({
    text: `insert into public.notes (text, hidden) select 'n' || i, 'h' from generate_series(1, 12000) i`,
    values: [],
  })
  const body = { collection: 'notes', rules: [{ role: 'public', action: 'read' }] }
  const { json, text } = await server.request('POST', '/api/v1/admin/permissions/preview', { token: admin.token, body })
  const { gained } = json.data.roles[0].read.rows
  expect([gained.count, gained.more, gained.sample.length]).toEqual([10_000, true, 5])
  expect(text).not.toContain('"h"')
  await server.database.run({
    text: `create function public.slow(text) returns text language plpgsql as $$ begin perform pg_sleep(60); return $1; end $$`,
    values: [],
  })
  await server.database.run({
    text: `create view public.notes_slow as select * from public.notes where slow(text) is not null`,
    values: [],
  })
  await server.database.run({ text: 'alter table public.notes rename to notes_fast', values: [] })
  await server.database.run({ text: 'alter view public.notes_slow rename to notes', values: [] })
  const late = await server.request('POST', '/api/v1/admin/permissions/preview', { token: admin.token, body })
  expect(late.status, late.text).toBe(200)
  expect(late.json.data.roles[0].read.rows.gained).toEqual({ count: null, more: false, sample: [] })
})
