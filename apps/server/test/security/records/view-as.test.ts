import type { CollectionDefinition } from '@holdfast/contract'
import { createClient } from '@holdfast/sdk'
import { withAdmin } from '@holdfast/sdk/admin'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DirectRoutes } from '../../../src/platform/http/index.js'
import type { TestResponse, TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'

/** Admins who read as somebody else: what they see is what that one sees, nobody but admins may, and nothing is written. */

const definitions: Omit<CollectionDefinition, 'id'>[] = [
  {
    name: 'crews',
    members: true,
    fields: [{ name: 'title', type: 'text' }],
  },
  {
    name: 'posts',
    history: true,
    trash: true,
    fields: [
      { name: 'title', type: 'text', required: true },
      { name: 'price', type: 'integer' },
      { name: 'owner', type: 'relation', collection: 'users' },
    ],
    rules: [
      { role: 'public', action: 'read', conditions: { title: 'open' }, fields: ['title'] },
      { role: 'user', action: ['read', 'create', 'update', 'delete'], conditions: { owner: '$user.id' } },
      { role: 'editor', action: 'read', fields: ['title', 'owner'] },
      { role: 'spoken', action: 'read' },
    ],
  },
  {
    name: 'tools',
    tenant: 'crew',
    fields: [
      { name: 'name', type: 'text' },
      { name: 'crew', type: 'relation', collection: 'crews' },
    ],
    rules: [{ role: 'user', action: 'read' }],
  },
]

const path = '/api/v1/collections/posts/records'

let server: TestServer
let admin: Persona
let ada: Persona
let ben: Persona
let adasPost: string

beforeAll(async () => {
  ;({ server, admin } = await startServerWith(definitions))
  ada = await signUp(server, 'ada@example.com', admin, ['editor'])
  ben = await signUp(server, 'ben@example.com')
  const body = [
    { title: 'open', price: 1 },
    { title: 'adas', price: 2, owner: ada.id },
    { title: 'bens', price: 3, owner: ben.id },
  ]
  const made = await server.request('POST', path, { token: admin.token, body })
  adasPost = made.json.data[1].id
})
afterAll(() => server?.stop())

const as = (target: string, who: Persona | undefined = admin) => ({
  headers: { 'x-view-as': target },
  ...(who && { token: who.token }),
})

const titles = async (target: string): Promise<string[]> => {
  const { json, text } = await server.request('GET', path, { ...as(target), query: { sort: 'title' } })
  if (!json.data) throw new Error(text)
  return json.data.map(({ title }: { title: string }) => title)
}

const error = ({ status, json }: TestResponse) => [status, json.code]

describe('an admin who reads as somebody else', () => {
  it('sees their records and fields, by every way to read', async () => {
    expect(await titles('public')).toEqual(['open'])
    expect(await titles(`user:${ben.id}`)).toEqual(['bens', 'open'])
    expect(await titles(`user:${ada.id}`)).toEqual(['adas', 'bens', 'open'])
    expect(await titles('role:user')).toEqual(['open'])
    expect(await titles('role:editor')).toEqual(['adas', 'bens', 'open'])
    expect(await titles('role:spoken,user')).toEqual(['adas', 'bens', 'open'])
    const seen = await server.request('GET', `${path}/${adasPost}`, as('role:editor'))
    expect(seen.json.data).toMatchObject({ title: 'adas', owner: ada.id })
    expect(seen.json.data).not.toHaveProperty('price')
    const queried = await server.request('POST', '/api/v1/collections/posts/query', {
      ...as(`user:${ben.id}`),
      body: { filter: { price: { $gt: 0 } }, count: 'exact' },
    })
    expect([queried.json.data.length, queried.json.meta.total]).toEqual([1, 1])
    const summed = await server.request('POST', '/api/v1/collections/posts/aggregate', {
      ...as(`user:${ada.id}`),
      body: { aggregates: { total: { sum: 'price' } } },
    })
    expect(summed.json.data).toEqual([{ total: 2 }])
    expect(error(await server.request('GET', `${path}/${adasPost}`, as(`user:${ben.id}`)))).toEqual([
      404,
      'record_not_found',
    ])
    const versions = await server.request('GET', `${path}/${adasPost}/versions`, as('public'))
    expect(versions.status).toBe(404)
    const own = await server.request('GET', '/api/v1/me/permissions', as('public'))
    expect(own.json.data.posts.read.allowed).toBe('some')
    expect(own.json.data.posts.create.allowed).toBe('none')
  })

  it('sees as an API key what the key opens', async () => {
    const body = { name: 'reader', roles: ['editor'], kind: 'secret' }
    const key = await server.request('POST', '/api/v1/admin/api-keys', { token: admin.token, body })
    expect(key.status, key.text).toBe(201)
    expect(await titles(`key:${key.json.data.id}`)).toEqual(['adas', 'bens', 'open'])
    const after = await server.request('GET', `/api/v1/admin/api-keys/${key.json.data.id}`, { token: admin.token })
    expect(after.json.data.lastUsedAt ?? null).toBeNull()
  })

  it('sees as a member what belongs to the team, and as a stranger nothing of it', async () => {
    const crews = '/api/v1/collections/crews/records'
    const crew = (await server.request('POST', crews, { token: admin.token, body: { title: 'One' } })).json.data.id
    const tools = '/api/v1/collections/tools/records'
    await server.request('POST', tools, { token: admin.token, body: { name: 'saw', crew } })
    const member = { userId: ada.id, roles: ['member'] }
    const added = await server.request('POST', `/api/v1/teams/${crew}/members`, { token: admin.token, body: member })
    expect(added.status, added.text).toBeLessThan(300)
    const inTeam = await server.request('GET', tools, as(`user:${ada.id}@${crew}`))
    expect(inTeam.json.data.map(({ name }: { name: string }) => name)).toEqual(['saw'])
    expect((await server.request('GET', tools, as(`user:${ada.id}`))).json.data).toEqual([])
    expect(error(await server.request('GET', tools, as(`user:${ben.id}@${crew}`)))).toEqual([400, 'invalid_value'])
  })

  it('is told of targets that are none', async () => {
    const unknown = '0190a0a0-0000-7000-8000-00000000dead'
    for (const target of [
      '',
      'nobody',
      'user:',
      'user:1',
      `user:${unknown}`,
      `key:${unknown}`,
      'role:',
      'role:nosuchrole',
      'role:public,editor',
      "role:editor' or 1=1",
      `user:${ada.id},role:editor`,
      `role:${Array.from({ length: 30 }, (_, at) => `r${at}`).join(',')}`,
    ]) {
      const answer = await server.request('GET', path, as(target))
      expect([target, answer.status]).toEqual([target, 400])
      expect(answer.json.errors[0].path).toBe('X-View-As')
    }
    const twice = new Headers([
      ['x-view-as', 'public'],
      ['x-view-as', 'role:editor'],
    ])
    twice.set('authorization', `Bearer ${admin.token}`)
    expect((await fetch(server.url + path, { headers: twice })).status).toBe(400)
  })

  it('is told that somebody who is disabled sees nothing', async () => {
    const carl = await signUp(server, 'carl@example.com')
    const disabled = await server.request('PATCH', `/api/v1/admin/users/${carl.id}`, {
      token: admin.token,
      body: { disabled: true },
    })
    expect(disabled.status, disabled.text).toBe(200)
    expect((await server.request('GET', path, as(`user:${carl.id}`))).status).toBe(400)
  })

  it('sees as another admin what admins see, and may do nothing as them', async () => {
    const dora = await signUp(server, 'dora@example.com', admin, ['admin'])
    expect(await titles(`user:${dora.id}`)).toEqual(['adas', 'bens', 'open'])
    const opened = await server.request('GET', '/api/v1/admin/roles', as(`user:${dora.id}`))
    expect(error(opened)).toEqual([403, 'forbidden'])
  })

  it('reads by the SDK, which has nothing to write with', async () => {
    const client = withAdmin(createClient(server.url, { token: admin.token }))
    const viewing = client.admin.viewAs({ user: ben.id })
    expect((await viewing.collection('posts').list({ count: 'exact' })).meta.total).toBe(2)
    expect(await viewing.can('update', 'posts', { owner: ben.id })).toBe(true)
    expect((await client.admin.viewAs('public').collection('posts').list()).data).toHaveLength(1)
    expect((await client.admin.viewAs({ roles: ['editor'] }).permissions()).can('read', 'posts')).toBe(true)
  })

  it('reads by the cookie of a browser', async () => {
    const signedIn = await server.request('POST', '/api/v1/auth/login', {
      body: { email: 'admin@example.com', password: 'correct horse battery staple' },
      headers: { 'x-session-mode': 'cookie', origin: new URL(server.config.publicUrl).origin },
    })
    expect(signedIn.status, signedIn.text).toBe(200)
    const cookie = signedIn.headers
      .getSetCookie()
      .map((text) => text.split(';')[0])
      .join('; ')
    const answer = await server.request('GET', path, { headers: { cookie, 'x-view-as': 'public' } })
    expect(answer.json.data).toHaveLength(1)
  })
})

describe('everybody else', () => {
  it('is refused, and is not told whom there is to be', async () => {
    const unknown = 'user:0190a0a0-0000-7000-8000-00000000dead'
    for (const target of [`user:${ada.id}`, unknown, 'public', 'role:admin', 'nonsense']) {
      expect(error(await server.request('GET', path, as(target, ben)))).toEqual([403, 'forbidden'])
      const stranger = await server.request('GET', path, { headers: { 'x-view-as': target } })
      expect(error(stranger)).toEqual([401, 'unauthenticated'])
    }
  })

  it('who was an admin is none any more', async () => {
    const eve = await signUp(server, 'eve@example.com', admin, ['admin'])
    expect((await server.request('GET', path, as('public', eve))).status).toBe(200)
    await server.request('PUT', `/api/v1/admin/users/${eve.id}/roles`, { token: admin.token, body: { roles: [] } })
    await expect.poll(async () => (await server.request('GET', path, as('public', eve))).status).toBe(403)
  })

  it('a key of an admin that is limited is no admin', async () => {
    const body = { name: 'limited', roles: ['admin'], kind: 'secret', actions: ['read'] }
    const key = await server.request('POST', '/api/v1/admin/api-keys', { token: admin.token, body })
    expect(key.status, key.text).toBe(201)
    const answer = await server.request('GET', path, { token: key.json.data.key, headers: { 'x-view-as': 'public' } })
    expect(answer.status).toBe(403)
  })
})

describe('what changes something, or is about more than records', () => {
  it('refuses the header from everybody', async () => {
    const record = `${path}/${adasPost}`
    const body = { title: 'changed' }
    const routes: [string, string, object?][] = [
      ['POST', path, body],
      ['POST', path, [body]],
      ['PUT', `${path}?by=id`, [body]],
      ['PATCH', `${path}?filter={}`, body],
      ['DELETE', `${path}?filter={}`],
      ['PATCH', record, body],
      ['PUT', record, body],
      ['DELETE', record],
      ['POST', `${record}/versions/1/restore`],
      ['POST', '/api/v1/batch', { operations: [] }],
      ['POST', '/api/v1/collections/posts/import', []],
      ['POST', `/api/v1/collections/posts/trash/${adasPost}/restore`],
      ['DELETE', '/api/v1/collections/posts/trash'],
      ['GET', '/api/v1/realtime'],
      ['GET', '/api/v1/auth/me'],
      ['GET', '/api/v1/auth/sessions'],
      ['POST', '/api/v1/auth/login', { email: 'ada@example.com', password: 'x' }],
      ['POST', '/api/v1/auth/refresh', {}],
      ['POST', '/api/v1/auth/team', { team: null }],
      ['GET', '/api/v1/admin/users'],
      ['POST', '/api/v1/permissions/explain', {}],
      ['GET', '/api/v1/openapi.json'],
    ]
    for (const [method, url, sent] of routes)
      for (const who of [admin, ben, undefined]) {
        const answer = await server.request(method, url, { ...as(`user:${ada.id}`, who), body: sent })
        expect([method, url, ...error(answer)]).toEqual([method, url, 403, 'forbidden'])
        expect(answer.json.detail).toContain('X-View-As')
      }
    const { json } = await server.request('GET', record, { token: admin.token })
    expect(json.data).toMatchObject({ title: 'adas', version: 1 })
  })

  it('is every route but these', () => {
    const viewable = server.app.get(DirectRoutes).all.filter((route) => route.viewable)
    expect(
      viewable.map(({ method, path: at }) => `${method} ${at.replace('/api/v1/collections/{collection}', '')}`).sort(),
    ).toEqual([
      'GET /records',
      'GET /records/{id}',
      'GET /records/{id}/versions',
      'GET /records/{id}/versions/{version}',
      'GET /trash',
      'POST /aggregate',
      'POST /query',
    ])
  })
})
