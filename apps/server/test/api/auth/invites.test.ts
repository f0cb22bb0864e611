import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dropOldInvites } from '../../../src/accounts/invites/invite-store.js'
import { startServer, type TestServer } from '../../support/index.js'
import { adminEnv, me, newEmail, type Person, password, signIn, signInAdmin, signUp } from './people.js'

let server: TestServer
let admin: Person
beforeAll(async () => {
  server = await startServer(adminEnv)
  admin = await signInAdmin(server)
  await ask('POST', 'roles', { name: 'editor' })
})
afterAll(() => server.stop())

const ask = (method: string, path: string, body?: object) =>
  server.request(method, `/api/v1/admin/${path}`, { token: admin.accessToken, ...(body && { body }) })
const rolesOf = async (id: string) => (await ask('GET', `users/${id}`)).json.data.roles

/** An invitation, and the token of the link that a server without mail shows on its own machine. */
async function invite(email: string, roles?: string[]) {
  const made = await ask('POST', 'users/invite', { email, ...(roles && { roles }) })
  expect(made.status, made.text).toBe(201)
  const { id, link } = made.json.data
  return { id: id as string, token: new URL(link).searchParams.get('token')! }
}
const accept = (body: object) => server.request('POST', '/api/v1/auth/invite/accept', { body })

describe('an invitation', () => {
  it('makes an account with its address, proven, and its roles', async () => {
    const email = newEmail()
    const { id, token } = await invite(email, ['editor'])
    expect((await ask('GET', 'invites')).json.data).toContainEqual(
      expect.objectContaining({ id, email, roles: ['editor'], createdBy: admin.id }),
    )
    expect((await ask('GET', 'invites')).text).not.toContain(token)
    const accepted = await accept({ token, password })
    expect(accepted.status, accepted.text).toBe(200)
    const { accessToken, user } = accepted.json.data
    expect((await me(server, accessToken)).json.data.id).toBe(user.id)
    expect((await ask('GET', `users/${user.id}`)).json.data).toMatchObject({
      email,
      emailIsProven: true,
      roles: ['editor'],
    })
    expect((await signIn(server, email)).id).toBe(user.id)
    expect((await ask('GET', 'invites')).json.data).not.toContainEqual(expect.objectContaining({ id }))
  })

  it('needs no password', async () => {
    const { token } = await invite(newEmail())
    expect((await accept({ token })).status).toBe(200)
  })

  it('adds its roles to the account there is, and leaves its password', async () => {
    const email = newEmail()
    const made = await ask('POST', 'users', { email, password, emailIsProven: true })
    const { token } = await invite(email, ['editor'])
    expect((await accept({ token, password: 'another long password' })).json.code).toBe('conflict')
    expect((await accept({ token })).status).toBe(200)
    expect(await rolesOf(made.json.data.id)).toEqual(['editor'])
    expect((await signIn(server, email)).id).toBe(made.json.data.id)
  })

  it('is taken back', async () => {
    const { id, token } = await invite(newEmail())
    expect((await ask('DELETE', `invites/${id}`)).status).toBe(204)
    expect((await accept({ token, password })).json.code).toBe('invalid_secret')
    expect((await ask('DELETE', `invites/${id}`)).status).toBe(404)
  })

  it('survives a mistake of whoever accepts it', async () => {
    const { token } = await invite(newEmail())
    expect((await accept({ token, password: 'short' })).status).toBe(422)
    expect((await accept({ token, password, role: 'admin' })).json.code).toBe('unknown_field')
    expect((await accept({ token, password })).status).toBe(200)
  })

  it('is sent also while visitors cannot sign up', async () => {
    const closed = await startServer({ ...adminEnv, SIGNUP_ENABLED: 'false', DATABASE_URL: server.databaseUrl })
    try {
      const { token } = await invite(newEmail())
      const answer = await closed.request('POST', '/api/v1/auth/invite/accept', { body: { token, password } })
      expect(answer.status, answer.text).toBe(200)
    } finally {
      await closed.stop()
    }
  })

  it('asks for an address and for roles that there are', async () => {
    expect((await ask('POST', 'users/invite', { email: 'nobody' })).status).toBe(422)
    expect((await ask('POST', 'users/invite', { email: newEmail(), roles: ['nothing'] })).status).toBe(422)
  })

  it('is forgotten a month after it was accepted or has expired', async () => {
    const old = await invite(newEmail())
    const used = await invite(newEmail())
    const fresh = await invite(newEmail())
    await accept({ token: used.token })
    const age = (column: string, id: string, days: number) =>
      server.database.run({
        text: `update holdfast.invites set ${column} = now() - $2 * interval '1 day' where id = $1`,
        values: [id, days],
      })
    await age('expires_at', old.id, 31)
    await age('accepted_at', used.id, 31)
    await age('expires_at', fresh.id, 29)
    await dropOldInvites(server.database)
    const { rows } = await server.database.run({
      text: 'select id from holdfast.invites where id = any($1::uuid[])',
      values: [[old.id, used.id, fresh.id]],
    })
    expect(rows).toEqual([[fresh.id]])
  })

  it('of an account that is disabled lets nobody in', async () => {
    const person = await signUp(server)
    await ask('PATCH', `users/${person.id}`, { disabled: true })
    const { token } = await invite(person.email)
    expect((await accept({ token })).json.code).toBe('account_disabled')
  })
})
