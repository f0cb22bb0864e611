import { afterAll, beforeAll, expect, it } from 'vitest'
import { startServer, type TestServer } from '../../support/index.js'
import { type Persona, startServerWith } from '../../support/personas.js'

let server: TestServer
let other: TestServer
let admin: Persona

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    { name: 'stream', fields: [{ name: 'a', type: 'text' }], rules: [{ role: 'public', action: ['read', 'create'] }] },
  ]))
  other = await startServer({ DATABASE_URL: server.databaseUrl })
})
afterAll(async () => {
  await other.stop()
  await server.stop()
})

it('answers no request with a fault of the server while the schema changes', async () => {
  const path = '/api/v1/collections/stream/records'
  const seen = new Map<string, number>()
  let stop = false
  const keepAsking = async (node: TestServer): Promise<void> => {
    while (!stop) {
      const answers = [await node.request('POST', path, { body: {} }), await node.request('GET', path)]
      for (const { status, json } of answers) {
        const key = `${status} ${json?.code ?? ''}`
        seen.set(key, (seen.get(key) ?? 0) + 1)
      }
    }
  }
  const askers = [server, server, server, other, other, other].map(keepAsking)
  const { json } = await server.request('GET', '/api/v1/admin/collections/stream', { token: admin.token })
  const [field] = json.data.fields
  for (let round = 0; round < 10; round++) {
    const more = round % 2 ? [] : [{ name: 'extra', type: 'integer', default: 1 }]
    const body = { fields: [{ ...field, name: round % 2 ? 'a' : 'b', type: round % 3 ? 'text' : 'richtext' }, ...more] }
    const query = { acceptDataLoss: 'true' }
    const changed = await server.request('PATCH', '/api/v1/admin/collections/stream', {
      token: admin.token,
      body,
      query,
    })
    expect([changed.status, changed.text]).toEqual([200, expect.anything()])
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  stop = true
  await Promise.all(askers)
  expect([...seen.keys()].sort()).toEqual(['200 ', '201 '])
})

it('changes records over every connection after a field got another type', async () => {
  const number = { name: 'n', type: 'integer', default: 1 }
  const definition = {
    name: 'typed',
    fields: [number],
    rules: [{ role: 'public', action: ['create', 'read', 'update'] }],
  }
  const made = await server.request('POST', '/api/v1/admin/collections', { token: admin.token, body: definition })
  const path = '/api/v1/collections/typed/records'
  const { json } = await server.request('POST', path, { body: {} })
  const changeAll = async () => {
    const asked = Array.from({ length: 40 }, () =>
      server.request('PATCH', `${path}/${json.data.id}`, { body: { n: 2 } }),
    )
    return new Set((await Promise.all(asked)).map(({ status }) => status))
  }
  expect(await changeAll()).toEqual(new Set([200]))
  const [field] = made.json.data.fields
  const changed = await server.request('PATCH', '/api/v1/admin/collections/typed', {
    token: admin.token,
    body: { fields: [{ ...field, type: 'number' }] },
  })
  expect([changed.status, changed.text]).toEqual([200, expect.anything()])
  expect(await changeAll()).toEqual(new Set([200]))
})
