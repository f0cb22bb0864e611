import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '../../support/index.js'
import { type Mailbox, startMailbox } from '../mail/mailbox.js'
import { TestBrowser } from './browser.js'
import { adminEnv, me, newEmail, type Person, signIn, signInAdmin, signUp } from './people.js'

let server: TestServer
let mailbox: Mailbox
let admin: Person
beforeAll(async () => {
  mailbox = await startMailbox()
  server = await startServer({ ...adminEnv, ...mailbox.env, CORS_ORIGINS: 'https://app.example.com' })
  admin = await signInAdmin(server)
  await ask('PATCH', 'settings/auth.email', { verifyOnSignUp: false })
  await ask('POST', 'collections', { name: 'clubs', members: true, fields: [{ name: 'name', type: 'text' }] })
  await ask('POST', 'roles', { name: 'editor' })
})
afterAll(async () => {
  await server.stop()
  await mailbox.close()
})

const ask = (method: string, path: string, body?: object, token: string = admin.accessToken) =>
  server.request(method, `/api/v1/admin/${path}`, { token, ...(body && { body }) })

async function addIdentity(userId: string): Promise<string> {
  const { rows } = await server.database.run({
    text: `insert into holdfast.identities (id, user_id, provider, issuer, subject, email)
      values (gen_random_uuid(), $1::uuid, 'google', 'https://accounts.google.com', $1::uuid::text, 'ada@gmail.example') returning id`,
    values: [userId],
  })
  return Object.values(rows[0] as object)[0] as string
}

describe('how a user gets in', () => {
  it('is shown to admins: factors, identities, teams', async () => {
    const person = await signUp(server)
    await addIdentity(person.id)
    await server.database.run({
      text: `insert into holdfast.factors (id, user_id, kind, name, confirmed_at, secret)
        values (gen_random_uuid(), $1, 'totp', 'phone', now(), 'x')`,
      values: [person.id],
    })
    const team = (
      await server.request('POST', '/api/v1/collections/clubs/records', {
        token: admin.accessToken,
        body: { name: 'Rowing' },
      })
    ).json.data
    await server.request('POST', `/api/v1/teams/${team.id}/members`, {
      token: admin.accessToken,
      body: { userId: person.id, roles: ['member'] },
    })
    const [factors, identities, teams] = await Promise.all(
      ['factors', 'identities', 'teams'].map((part) => ask('GET', `users/${person.id}/${part}`)),
    )
    expect(factors!.json.data).toMatchObject([{ kind: 'totp', name: 'phone', lastUsedAt: null }])
    expect(factors!.text).not.toContain('secret')
    expect(identities!.json.data).toMatchObject([{ provider: 'google', email: 'ada@gmail.example' }])
    expect(identities!.text).not.toContain('issuer')
    expect(teams!.json.data).toMatchObject([{ id: team.id, roles: ['member'] }])
    const nobody = `${person.id.slice(0, -4)}0000`
    for (const part of ['factors', 'identities', 'teams'])
      expect((await ask('GET', `users/${nobody}/${part}`)).status).toBe(404)
    expect((await ask('GET', `users/${person.id}/factors`, undefined, person.accessToken)).status).toBe(403)
  })

  it('loses a provider that an admin takes away, and the user is told', async () => {
    const person = await signUp(server)
    const identity = await addIdentity(person.id)
    const other = await signUp(server)
    expect((await ask('DELETE', `users/${other.id}/identities/${identity}`)).status).toBe(404)
    expect((await ask('DELETE', `users/${person.id}/identities/${identity}`)).status).toBe(204)
    expect((await ask('GET', `users/${person.id}/identities`)).json.data).toEqual([])
    expect((await mailbox.next(person.email)).text).toContain('An admin has removed google')
  })

  it('is mended by a mail that the admin does not see', async () => {
    const person = await signUp(server)
    const sent = await ask('POST', `users/${person.id}/mails`, { kind: 'reset' })
    expect([sent.status, sent.text]).toEqual([204, ''])
    const { token } = await mailbox.next(person.email)
    const password = 'an entirely new password'
    await server.request('POST', '/api/v1/auth/password/reset', { body: { token, password } })
    await signIn(server, person.email, password)
    expect((await ask('GET', `users/${person.id}`)).json.data.emailIsProven).toBe(true)
    expect((await ask('POST', `users/${person.id}/mails`, { kind: 'verify' })).json.code).toBe('conflict')
    expect((await ask('POST', `users/${person.id}/mails`, { kind: 'party' })).status).toBe(422)
    const robot = (await ask('POST', 'service-accounts', { name: 'robot' })).json.data
    expect((await ask('POST', `users/${robot.id}/mails`, { kind: 'reset' })).json.code).toBe('conflict')
    const unproven = await signUp(server)
    await ask('POST', `users/${unproven.id}/mails`, { kind: 'verify' })
    const verification = await mailbox.next(unproven.email)
    await server.request('POST', '/api/v1/auth/verify', { body: { token: verification.token } })
    expect((await ask('GET', `users/${unproven.id}`)).json.data.emailIsProven).toBe(true)
  })
})

describe('lists for admins', () => {
  it('count who has each role, and find the keys of a service account', async () => {
    const person = await signUp(server)
    await ask('PUT', `users/${person.id}/roles`, { roles: ['editor'] })
    await ask('POST', 'api-keys', { name: 'by role', roles: ['editor'] })
    const robot = (await ask('POST', 'service-accounts', { name: 'robot' })).json.data
    const key = (await ask('POST', 'api-keys', { name: 'of robot', user: robot.id })).json.data
    const members = (await ask('GET', 'roles/members')).json.data
    expect(members).toContainEqual({ role: 'editor', users: 1, apiKeys: 1 })
    expect(members).toContainEqual({ role: 'admin', users: 1, apiKeys: 0 })
    expect((await ask('GET', `api-keys?user=${robot.id}`)).json.data).toMatchObject([{ id: key.id }])
    expect((await ask('GET', 'api-keys?user=robot')).json.code).toBe('invalid_id')
  })

  it('begin with the first who came, where asked to', async () => {
    const idsOf = async (query: string) => (await ask('GET', `users?${query}`)).json
    const all = (await idsOf('limit=100')).data.map(({ id }: Person) => id)
    const first = await idsOf('sort=createdAt&limit=2')
    const second = await idsOf(`sort=createdAt&limit=2&cursor=${first.meta.nextCursor}`)
    expect([...first.data, ...second.data].map(({ id }: Person) => id)).toEqual(all.toReversed().slice(0, 4))
    expect((await idsOf('sort=email')).code).toBe('invalid_query')
  })
})

describe('an invitation that is sent again', () => {
  it('has another link, and the first is void', async () => {
    const email = newEmail()
    const { id } = (await ask('POST', 'users/invite', { email, roles: ['editor'] })).json.data
    const first = await mailbox.next(email)
    const again = await ask('POST', `invites/${id}/resend`)
    expect(again.status, again.text).toBe(201)
    expect(again.json.data).toMatchObject({ email, roles: ['editor'] })
    const second = await mailbox.next(email, 2)
    const accept = (token?: string) => server.request('POST', '/api/v1/auth/invite/accept', { body: { token } })
    expect((await accept(first.token)).json.code).toBe('invalid_secret')
    expect((await accept(second.token)).status).toBe(200)
    expect((await ask('POST', `invites/${again.json.data.id}/resend`)).status).toBe(404)
  })
})

describe('a link that opens an app as a user', () => {
  const redirectTo = 'https://app.example.com/signed-in'
  const exchange = (url: string) =>
    server.request('POST', '/api/v1/auth/oauth/exchange', { body: { code: new URL(url).searchParams.get('code') } })

  it('gives the app a session of the user, once, and leaves the browser of the admin as it is', async () => {
    const person = await signUp(server)
    const browser = new TestBrowser(server)
    await browser.enter('/api/v1/auth/login', { email: adminEnv.ADMIN_EMAIL, password: adminEnv.ADMIN_PASSWORD })
    const made = await browser.request('POST', `/api/v1/admin/users/${person.id}/impersonate/link`, {
      body: { reason: 'Ticket 12', redirectTo },
    })
    expect(made.status, made.text).toBe(200)
    const { url } = made.json.data
    expect(url).toMatch(/^https:\/\/app\.example\.com\/signed-in\?code=hfo_/)
    const opened = await exchange(url)
    expect(opened.status, opened.text).toBe(200)
    const seen = await me(server, opened.json.data.accessToken)
    expect(seen.json.data.id).toBe(person.id)
    expect(seen.json.meta.impersonation).toMatchObject({ by: admin.email, reason: 'Ticket 12', current: true })
    expect((await exchange(url)).status).toBe(401)
    expect((await browser.request('GET', '/api/v1/auth/me')).json.data.id).toBe(admin.id)
    await browser.request('POST', '/api/v1/auth/logout')
    expect((await me(server, opened.json.data.accessToken)).status).toBe(401)
  })

  it('is for users below admins, for places that are allowed, and while the admin is signed in', async () => {
    const person = await signUp(server)
    const own = await signInAdmin(server)
    const link = (id: string, to: string = redirectTo, token: string = own.accessToken) =>
      ask('POST', `users/${id}/impersonate/link`, { reason: 'Ticket 13', redirectTo: to }, token)
    expect((await link(admin.id)).status).toBe(403)
    expect((await link(person.id, redirectTo, person.accessToken)).status).toBe(403)
    expect((await link(person.id, 'https://evil.example/')).json.code).toBe('invalid_value')
    const { url } = (await link(person.id)).json.data
    await server.request('POST', '/api/v1/auth/logout', { token: own.accessToken })
    expect((await exchange(url)).json.code).toBe('invalid_secret')
  })
})
