import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { KeptSweep } from '../../../src/records/past/kept-sweep.js'
import type { TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'

let server: TestServer
let admin: Persona
let ada: Persona

const everybody = [{ role: 'user', action: ['read', 'create', 'update', 'delete'] as never }]
const text = { name: 'text', type: 'text' as const }
const tags = { name: 'notes', type: 'relation' as const, collection: 'bin', many: true }
const old = { name: 'old', history: { days: 10 }, fields: [text, tags], rules: everybody }
const ever = { name: 'ever', history: true, trash: true, fields: [text], rules: everybody }
const bin = { name: 'bin', trash: { days: 5 }, fields: [text], rules: everybody }
const parts = {
  name: 'parts',
  fields: [text, { name: 'bin', type: 'relation' as const, collection: 'bin', onDelete: 'cascade' as const }],
  rules: everybody,
}

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([bin, old, ever, parts]))
  ada = await signUp(server, 'ada@example.com')
})
afterAll(() => server?.stop())

const ask = (method: string, at: string, body?: unknown, who = ada) =>
  server.request(method, `/api/v1${at}`, { token: who.token, body: body as never })
const send = async (method: string, at: string, body?: unknown) => {
  const answer = await ask(method, `/collections${at}`, body)
  if (answer.status >= 300) throw new Error(answer.text)
  return answer.json?.data
}
const sql = async (query: string, ...values: unknown[]) => (await server.database.run({ text: query, values })).rows
/** Makes all that is kept of a record older. */
const age = (id: string, days: number) =>
  sql('update holdfast.changes_kept set at = at - make_interval(days => $2) where record = $1', id, days)
const kept = async (id: string): Promise<number> =>
  Number((await sql('select count(*)::int4 from holdfast.changes_kept where record = $1', id))[0]![0])
const sweep = () => server.app.get(KeptSweep).sweep()

describe('what is kept for some days', () => {
  it('goes when they are over, but for what a record was when history begins', async () => {
    const target = await send('POST', '/bin/records', { text: 'target' })
    const { id } = await send('POST', '/old/records', { text: 'one', notes: [target.id] })
    await send('PATCH', `/old/records/${id}`, { text: 'two' })
    await age(id, 12)
    await send('PATCH', `/old/records/${id}`, { text: 'three' })
    const deleted = await send('POST', '/old/records', { text: 'gone' })
    await send('PATCH', `/old/records/${deleted.id}`, { text: 'gone soon' })
    await send('DELETE', `/old/records/${deleted.id}`)
    await age(deleted.id, 12)
    await sweep()
    const { json } = await ask('GET', `/collections/old/records/${id}/versions`)
    expect(json.data.map(({ version }: { version: number }) => version)).toEqual([3, 2])
    const then = new Date(Date.now() - 9 * 86_400_000).toISOString()
    const was = await ask('GET', `/collections/old/records/${id}?asOf=${then}`)
    expect(was.json.data).toMatchObject({ text: 'two', notes: [target.id] })
    expect((await ask('GET', `/collections/old/records?asOf=${then}`)).json.data).toHaveLength(1)
    const before = await ask(
      'GET',
      `/collections/old/records?asOf=${new Date(Date.now() - 11 * 86_400_000).toISOString()}`,
    )
    expect(before.json).toMatchObject({ status: 400, code: 'invalid_query', errors: [{ path: 'asOf' }] })
    await sweep()
    expect(await kept(deleted.id)).toBe(0)
  })

  it('stays for ever where that is said', async () => {
    const { id } = await send('POST', '/ever/records', { text: 'one' })
    await send('DELETE', `/ever/records/${id}`)
    await age(id, 5000)
    await sweep()
    expect(await kept(id)).toBe(2)
    expect((await ask('GET', '/collections/ever/trash')).json.data).toEqual([])
    expect((await ask('POST', `/collections/ever/trash/${id}/restore`)).status).toBe(404)
  })

  it('leaves the trash with what belongs to it', async () => {
    const made = await send('POST', '/bin/records', [{ text: 'young' }, { text: 'old' }])
    const [young, gone] = made.map(({ id }: { id: string }) => id)
    const part = await send('POST', '/parts/records', { text: 'part', bin: gone })
    for (const id of [young, gone]) await send('DELETE', `/bin/records/${id}`)
    expect(await kept(part.id)).toBe(1)
    await age(young, 4)
    for (const id of [gone, part.id]) await age(id, 6)
    const ids = async () => (await ask('GET', '/collections/bin/trash')).json.data.map(({ id }: { id: string }) => id)
    expect(await ids()).toEqual([young])
    await sweep()
    expect(await Promise.all([young, gone, part.id].map(kept))).toEqual([1, 0, 0])
    expect((await ask('POST', `/collections/bin/trash/${young}/restore`)).status).toBe(200)
  })

  it('waits for those who must not miss it', async () => {
    const { id } = await send('POST', '/bin/records', { text: 'unread' })
    await send('DELETE', `/bin/records/${id}`)
    await age(id, 6)
    await sql(`insert into holdfast.change_consumers (name, cursor, position) values ('test', '{}', 1)`)
    await sweep()
    expect(await kept(id)).toBe(1)
    await sql(`delete from holdfast.change_consumers where name = 'test'`)
    await sweep()
    expect(await kept(id)).toBe(0)
  })
})

describe('history and trash that are switched off', () => {
  const apply = async (collection: object, acceptDataLoss = true) => {
    const plan = await ask('POST', '/admin/schema/plan', { collections: [collection] }, admin)
    const body = { collections: [collection], hash: plan.json.data.hash, acceptDataLoss }
    return { plan: plan.json.data, applied: await ask('POST', '/admin/schema/apply', body, admin) }
  }

  it('say what is lost, and lose it', async () => {
    const { id } = await send('POST', '/ever/records', { text: 'one' })
    await send('PATCH', `/ever/records/${id}`, { text: 'two' })
    const deleted = await send('POST', '/ever/records', { text: 'restorable' })
    await send('DELETE', `/ever/records/${deleted.id}`)
    const refused = await apply({ ...ever, history: false }, false)
    expect(refused.plan.lossy).toBe(true)
    const step = refused.plan.steps.find(({ kind }: { kind: string }) => kind === 'endHistory')
    expect(step.description).toMatch(/^Forget the versions of ever: \d+ are lost$/)
    expect(refused.applied.json.code).toBe('lossy_change')
    expect((await apply({ ...ever, history: false })).applied.status).toBe(200)
    expect(await kept(id)).toBe(0)
    expect((await ask('GET', `/collections/ever/records/${id}/versions`)).json.code).toBe('not_kept')
    // The trash needs its deletes still.
    expect((await ask('GET', '/collections/ever/trash')).json.data.map((each: { id: string }) => each.id)).toContain(
      deleted.id,
    )
    const off = await apply({ ...ever, history: false, trash: false })
    expect(off.plan.steps.find(({ kind }: { kind: string }) => kind === 'endTrash').description).toMatch(/\d are lost/)
    expect(await kept(deleted.id)).toBe(0)
    expect((await apply({ ...ever, history: true })).applied.status).toBe(200)
    const { json } = await ask('GET', `/collections/ever/records/${id}/versions`)
    expect(json.data).toEqual([{ version: 2, action: 'base', at: expect.any(String), user: null, changes: {} }])
  })

  it('leave nothing when the collection goes', async () => {
    const { id } = await send('POST', '/old/records', { text: 'x' })
    const plan = await ask('POST', '/admin/schema/plan', { drop: ['old'] }, admin)
    const body = { drop: ['old'], hash: plan.json.data.hash, acceptDataLoss: true }
    const applied = await ask('POST', '/admin/schema/apply', body, admin)
    expect(applied.status, applied.text).toBe(200)
    expect(await kept(id)).toBe(0)
  })
})
