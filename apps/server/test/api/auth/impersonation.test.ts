import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '../../support/index.js'
import { define } from '../../support/personas.js'
import { TestBrowser } from './browser.js'
import { adminEnv, me, type Person, refresh, signInAdmin, signUp } from './people.js'

let server: TestServer
let admin: Person
beforeAll(async () => {
  server = await startServer(adminEnv)
  admin = await signInAdmin(server)
  await define(server, { token: admin.accessToken, id: admin.id }, [
    {
      name: 'posts',
      fields: [{ name: 'title', type: 'text' }],
      rules: [{ role: 'user', action: ['read', 'create'] }],
    },
  ])
})
afterAll(() => server.stop())

const impersonate = (id: string, token: string = admin.accessToken, reason = 'Ticket 4711') =>
  server.request('POST', `/api/v1/admin/users/${id}/impersonate`, { token, body: { reason } })

describe('impersonation', () => {
  it('gives a session of the user, who sees it', async () => {
    const person = await signUp(server)
    const acting = await impersonate(person.id)
    expect(acting.status, acting.text).toBe(200)
    const { accessToken } = acting.json.data
    const seen = await me(server, accessToken)
    expect(seen.json.data.id).toBe(person.id)
    expect(seen.json.meta.impersonation).toMatchObject({ by: admin.email, current: true, reason: 'Ticket 4711' })
    const { data } = (await server.request('GET', '/api/v1/auth/sessions', { token: person.accessToken })).json
    expect(data[0]).toMatchObject({
      methods: ['impersonation'],
      impersonatedBy: { email: admin.email, reason: 'Ticket 4711' },
    })
    expect(data[1].impersonatedBy).toBeNull()
    expect((await me(server, person.accessToken)).json.meta.impersonation).toMatchObject({ current: false })
    // The user ends it.
    await server.request('DELETE', `/api/v1/auth/sessions/${data[0].id}`, { token: person.accessToken })
    expect((await me(server, accessToken)).status).toBe(401)
    expect((await me(server, person.accessToken)).json.meta.impersonation).toMatchObject({ by: admin.email })
    expect((await me(server, (await signUp(server)).accessToken)).json.meta).toBeUndefined()
  })

  it('refreshes while the admin is signed in', async () => {
    const person = await signUp(server)
    const own = await signInAdmin(server)
    const { refreshToken } = (await impersonate(person.id, own.accessToken)).json.data
    const second = await refresh(server, refreshToken)
    expect(second.status).toBe(200)
    await server.request('POST', '/api/v1/auth/logout', { token: own.accessToken })
    expect((await me(server, second.json.data.accessToken)).status).toBe(401)
    expect((await refresh(server, second.json.data.refreshToken)).status).toBe(401)
  })

  it('notes both in the change log', async () => {
    const person = await signUp(server)
    const { accessToken } = (await impersonate(person.id)).json.data
    const made = await server.request('POST', '/api/v1/collections/posts/records', {
      token: accessToken,
      body: { title: 'by the admin' },
    })
    expect(made.json.data.createdBy).toBe(person.id)
    const { rows } = await server.database.run({
      text: 'select cause from holdfast.changes where record = $1',
      values: [made.json.data.id],
    })
    expect(rows).toEqual([[`${person.id} ${made.headers.get('x-request-id')} admin:${admin.id}`]])
  })

  it('needs a reason, and somebody who may be acted as', async () => {
    const person = await signUp(server)
    expect((await impersonate(person.id, admin.accessToken, '')).status).toBe(422)
    expect((await impersonate(admin.id)).status).toBe(403)
    expect((await impersonate('00000000-0000-7000-8000-000000000000')).status).toBe(404)
    await server.request('PATCH', `/api/v1/admin/users/${person.id}`, {
      token: admin.accessToken,
      body: { disabled: true },
    })
    expect((await impersonate(person.id)).json.code).toBe('account_disabled')
  })

  it('gives no tokens to an admin who came with cookies', async () => {
    const person = await signUp(server)
    const browser = new TestBrowser(server)
    const { ADMIN_EMAIL: email, ADMIN_PASSWORD: secret } = adminEnv
    expect((await browser.enter('/api/v1/auth/login', { email, password: secret })).status).toBe(200)
    const path = `/api/v1/admin/users/${person.id}/impersonate`
    const answer = await browser.request('POST', path, { body: { reason: 'in a browser' } })
    expect(answer.status, answer.text).toBe(200)
    expect(Object.keys(answer.json.data).sort()).toEqual(['csrfToken', 'expiresIn', 'user'])
    expect((await browser.request('GET', '/api/v1/auth/me')).json.data.id).toBe(person.id)
  })

  it('is switched off by the settings', async () => {
    const person = await signUp(server)
    const set = (enabled: boolean) =>
      server.request('PATCH', '/api/v1/admin/settings/auth.impersonation', {
        token: admin.accessToken,
        body: { enabled },
      })
    expect((await set(false)).status).toBe(200)
    expect((await impersonate(person.id)).status).toBe(403)
    await set(true)
    expect((await impersonate(person.id)).status).toBe(200)
  })
})
