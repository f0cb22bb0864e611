import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '../../support/index.js'
import { type Mailbox, startMailbox } from '../mail/mailbox.js'
import { adminEnv, newEmail, password, signIn, signInAdmin, signUp } from './people.js'

let server: TestServer
let mailbox: Mailbox
let admin: string
beforeAll(async () => {
  mailbox = await startMailbox()
  server = await startServer({ ...adminEnv, ...mailbox.env })
  admin = (await signInAdmin(server)).accessToken
})
afterAll(async () => {
  await server.stop()
  await mailbox.close()
})

const settings = async (body: object) => {
  const { status, text } = await server.request('PATCH', '/api/v1/admin/settings/auth.email', { token: admin, body })
  expect(status, text).toBe(200)
}
const verify = (token: string | undefined) => server.request('POST', '/api/v1/auth/verify', { body: { token } })
const login = (email: string) => server.request('POST', '/api/v1/auth/login', { body: { email, password } })
const provenEmail = async (id: string) =>
  (await server.database.run({ text: 'select verified_email from holdfast.accounts where user_id = $1', values: [id] }))
    .rows[0]?.[0]

describe('a new account', () => {
  it('is asked by mail to prove its address, and keeps its sessions when it does', async () => {
    const { email, id, accessToken } = await signUp(server)
    const mail = await mailbox.next(email)
    expect(mail.text).toContain(`${server.config.publicUrl}/auth/ui/verify?token=`)
    expect(mail.text).toContain('24 hours')
    expect(await provenEmail(id)).toBeUndefined()
    expect((await verify(mail.token)).status).toBe(204)
    expect(await provenEmail(id)).toBe(email)
    expect((await server.request('GET', '/api/v1/auth/me', { token: accessToken })).status).toBe(200)
    expect((await verify(mail.token)).json).toMatchObject({ status: 401, code: 'invalid_secret' })
  })

  it('can ask for the mail again, signed in or by its address', async () => {
    const { email, accessToken } = await signUp(server)
    await mailbox.next(email)
    const ask = (options: object) => server.request('POST', '/api/v1/auth/verify/request', options)
    expect((await ask({ token: accessToken, body: {} })).status).toBe(204)
    const second = await mailbox.next(email, 2)
    expect((await ask({ body: { email } })).status).toBe(204)
    const third = await mailbox.next(email, 3)
    expect((await verify(second.token)).status).toBe(401)
    expect((await verify(third.token)).status).toBe(204)
    expect((await ask({ token: accessToken, body: {} })).status).toBe(204)
    expect((await ask({ body: {} })).status).toBe(401)
    const other = await signUp(server)
    await mailbox.next(other.email)
    expect(mailbox.to(email)).toHaveLength(3)
  })

  it('cannot prove an address it no longer has', async () => {
    const { email, id } = await signUp(server)
    const { token } = await mailbox.next(email)
    const moved = await server.request('PATCH', `/api/v1/collections/users/records/${id}`, {
      token: admin,
      body: { email: newEmail() },
    })
    expect(moved.status, moved.text).toBe(200)
    expect((await verify(token)).status).toBe(401)
  })

  it('gets no mail where admins do not want it', async () => {
    await settings({ verifyOnSignUp: false })
    const quiet = await signUp(server)
    await settings({ verifyOnSignUp: null })
    const { email } = await signUp(server)
    await mailbox.next(email)
    expect(mailbox.to(quiet.email)).toEqual([])
  })
})

describe('where addresses must be proven', () => {
  beforeAll(() => settings({ requireVerified: true }))
  afterAll(() => settings({ requireVerified: null }))
  const register = (email: string, more: object = {}) =>
    server.request('POST', '/api/v1/auth/signup', { body: { email, password, ...more } })

  it('a sign-up signs nobody in before the link is followed', async () => {
    const email = newEmail()
    const { status, json } = await register(email)
    expect([status, json]).toEqual([202, { data: { verify: true } }])
    const mail = await mailbox.next(email)
    expect((await login(email)).json).toMatchObject({ status: 403, code: 'email_not_verified' })
    expect((await verify(mail.token)).status).toBe(204)
    await signIn(server, email)
  })

  it('a known address answers the same, keeps its password, and hears of it', async () => {
    const email = newEmail()
    await register(email)
    await verify((await mailbox.next(email)).token)
    const again = await server.request('POST', '/api/v1/auth/signup', { body: { email, password: 'another long one' } })
    expect([again.status, again.text]).toEqual([202, '{"data":{"verify":true}}'])
    const notice = await mailbox.next(email, 2)
    expect(notice.subject).toContain('already have an account')
    expect(notice.token).toBeUndefined()
    await signIn(server, email)
    const { rows } = await server.database.run({
      text: 'select count(*) from public.users where email like $1',
      values: ['%nobody.invalid'],
    })
    expect(rows).toEqual([[0]])
  })

  it('sign-ups of one address at once make one account', async () => {
    const email = newEmail()
    const answers = await Promise.all(Array.from({ length: 8 }, () => register(email)))
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(202))
    const { rows } = await server.database.run({
      text: 'select count(*) from public.users where email = $1',
      values: [email],
    })
    expect(rows).toEqual([[1]])
  })

  it('the admin whom the server was started with signs in', async () => {
    await signInAdmin(server)
  })

  it('an anonymous user proves the address first', async () => {
    const { json } = await server.request('POST', '/api/v1/auth/anonymous', { body: {} })
    const refused = await server.request('POST', '/api/v1/auth/signup', {
      token: json.data.accessToken,
      body: { email: newEmail(), password },
    })
    expect(refused.json).toMatchObject({ status: 403, code: 'forbidden', hint: expect.stringContaining('otp') })
  })
})
