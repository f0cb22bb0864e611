import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'

let server: TestServer
let admin: Persona

const tail = '/api/v1/admin/changes/tail'

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    { name: 'notes', fields: [{ name: 'text', type: 'text' }] },
    { name: 'tags', fields: [{ name: 'name', type: 'text' }] },
  ]))
})
afterAll(() => server?.stop())

const ask = (method: string, path: string, body?: unknown, query?: Record<string, string>) =>
  server.request(method, path, { token: admin.token, ...(body !== undefined && { body }), ...(query && { query }) })
const next = async (cursor: string, more: Record<string, string> = {}) =>
  (await ask('GET', tail, undefined, { cursor, ...more })).json.data
const records = (name: string) => `/api/v1/collections/${name}/records`

describe('the tail of the change log', () => {
  it('begins now, and tells of each change who made it and what was there before and after', async () => {
    await ask('POST', records('notes'), { text: 'before' })
    const start = (await ask('GET', tail)).json.data
    expect(start).toMatchObject({ changes: [], more: false, broken: false })
    const note = (await ask('POST', records('notes'), { text: 'one' })).json.data
    await ask('PATCH', `${records('notes')}/${note.id}`, { text: 'two' })
    await ask('DELETE', `${records('notes')}/${note.id}`)
    await server.database.run({ text: `insert into public.tags (name) values ('by hand')`, values: [] })
    const { changes, cursor } = await next(start.cursor)
    const told = changes.map((change: Record<string, { text?: string; name?: string } | null>) => [
      change['collection'],
      change['action'],
      change['user'],
      change['before']?.text,
      change['after']?.text ?? change['after']?.name,
    ])
    expect(told).toEqual([
      ['notes', 'create', admin.id, undefined, 'one'],
      ['notes', 'update', admin.id, 'one', 'two'],
      ['notes', 'delete', admin.id, 'two', undefined],
      ['tags', 'create', null, undefined, 'by hand'],
    ])
    expect(changes[0].requestId).toEqual(expect.any(String))
    expect((await next(cursor)).changes).toEqual([])
    const ofTags = await next(start.cursor, { collection: 'tags' })
    expect(ofTags.changes.map(({ collection }: { collection: string }) => collection)).toEqual(['tags'])
  })

  it('is for admins, and takes no other cursor, collection or parameter', async () => {
    const user = await signUp(server, 'ada@example.com')
    expect((await server.request('GET', tail, { token: user.token })).status).toBe(403)
    expect((await server.request('GET', tail)).status).toBe(401)
    const { cursor } = (await ask('GET', tail)).json.data
    for (const [query, code] of [
      [{ cursor: 'nonsense' }, 'invalid_cursor'],
      [{ cursor, collection: 'nothing' }, 'collection_not_found'],
      [{ cursor, limit: '5' }, 'invalid_query'],
    ] as const)
      expect((await ask('GET', tail, undefined, query)).json.code).toBe(code)
  })
})
