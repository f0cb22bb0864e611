import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'

let server: TestServer
let admin: Persona
let other: Persona
let user: Persona

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([{ name: 'posts', fields: [{ name: 'title', type: 'text' }] }]))
  other = await signUp(server, 'other@example.com', admin, ['admin'])
  user = await signUp(server, 'user@example.com')
})
afterAll(() => server?.stop())

const send = (who: Persona, method: string, path = '', body?: object) =>
  server.request(method, `/api/v1/admin/views${path}`, { token: who.token, ...(body && { body }) })
const create = async (who: Persona, view: object) =>
  (await send(who, 'POST', '', { collection: 'posts', ...view })).json.data
const namesFor = async (who: Persona) =>
  (await send(who, 'GET', '?collection=posts')).json.data.map(({ name }: { name: string }) => name)

describe('saved views', () => {
  it('are the own ones and shared ones; private ones of others are not there', async () => {
    const filter = { title: { $contains: 'a' } }
    const mine = await create(admin, {
      name: 'Mine',
      filter,
      sort: '-title',
      columns: ['title'],
      widths: { title: 300 },
    })
    expect(mine).toEqual({
      ...{ id: expect.any(String), collection: 'posts', name: 'Mine', shared: false, isDefault: false, mine: true },
      ...{ search: null, filter, sort: '-title', columns: ['title'], widths: { title: 300 } },
      createdAt: expect.any(String),
    })
    const shared = await create(admin, { name: 'all', shared: true })
    expect(await namesFor(admin)).toEqual(['all', 'Mine'])
    expect(await namesFor(other)).toEqual(['all'])
    for (const [method, body] of [['PATCH', { name: 'x' }], ['DELETE']] as const)
      expect((await send(other, method, `/${mine.id}`, body)).status).toBe(404)
    expect((await send(other, 'PATCH', `/${shared.id}`, { name: 'All of them' })).json.data).toMatchObject({
      name: 'All of them',
      mine: false,
    })
    expect((await send(other, 'PATCH', `/${shared.id}`, { shared: false })).status).toBe(409)
    expect((await send(admin, 'PATCH', `/${mine.id}`, { filter: null })).json.data).toMatchObject({
      filter: null,
      sort: '-title',
    })
    for (const { id } of [mine, shared]) expect((await send(admin, 'DELETE', `/${id}`)).status).toBe(204)
    expect(await namesFor(admin)).toEqual([])
  })

  it('have one default for all, and one for each admin', async () => {
    const defaults = async () =>
      (await send(admin, 'GET')).json.data
        .filter(({ isDefault }: { isDefault: boolean }) => isDefault)
        .map(({ name }: { name: string }) => name)
    await create(admin, { name: 'a', shared: true, isDefault: true })
    await create(admin, { name: 'b', isDefault: true })
    expect(await defaults()).toEqual(['a', 'b'])
    await create(other, { name: 'c', shared: true, isDefault: true })
    const d = await create(admin, { name: 'd' })
    await send(admin, 'PATCH', `/${d.id}`, { isDefault: true })
    expect(await defaults()).toEqual(['c', 'd'])
  })

  it('are for admins, of collections there are, and go with them', async () => {
    expect((await send(user, 'GET')).status).toBe(403)
    expect((await send(user, 'POST', '', { collection: 'posts', name: 'x' })).status).toBe(403)
    expect((await send(admin, 'POST', '', { collection: 'nothing', name: 'x' })).status).toBe(404)
    const tooMuch = { collection: 'posts', name: 'x', widths: { title: 'wide' } }
    expect((await send(admin, 'POST', '', tooMuch)).json).toMatchObject({ errors: [{ path: 'widths.title' }] })
    expect((await send(admin, 'POST', '', { collection: 'posts', name: '' })).status).toBe(422)
    await server.request('DELETE', '/api/v1/admin/collections/posts?acceptDataLoss=true', { token: admin.token })
    expect((await send(admin, 'GET')).json.data).toEqual([])
  })
})
