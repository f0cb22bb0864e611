import { afterAll, beforeAll, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'

let server: TestServer
let admin: Persona
let owner: Persona

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    {
      name: 'notes',
      fields: [
        { name: 'text', type: 'text' },
        { name: 'meta', type: 'json' },
      ],
      rules: [{ role: 'user', action: ['read', 'create', 'update'], conditions: { 'meta.owner': '$user.id' } }],
    },
  ]))
  owner = await signUp(server, 'owner@example.com')
})
afterAll(() => server?.stop())

it('A32: a rule about a place in a JSON field holds for the record as it becomes', async () => {
  const path = '/api/v1/collections/notes/records'
  const { token } = owner
  const mine = { text: 'a', meta: { owner: owner.id } }
  const { status, json } = await server.request('POST', path, { token, body: mine })
  expect(status).toBe(201)
  const away = { meta: { owner: admin.id } }
  for (const [method, at] of [
    ['PATCH', `${path}/${json.data.id}`],
    ['PUT', `${path}/${json.data.id}`],
    ['POST', path],
  ] as const) {
    const answer = await server.request(method, at, { token, body: away })
    expect([method, answer.status, answer.json.code]).toEqual([method, 403, 'forbidden'])
  }
  const kept = await server.request('GET', `${path}/${json.data.id}`, { token })
  expect(kept.json.data).toMatchObject(mine)
})
