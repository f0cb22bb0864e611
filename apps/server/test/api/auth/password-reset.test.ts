import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '../../support/index.js'
import { type Mailbox, startMailbox } from '../mail/mailbox.js'
import { adminEnv, me, newEmail, password, refresh, signIn, signInAdmin, signUp } from './people.js'

let server: TestServer
let mailbox: Mailbox
beforeAll(async () => {
  mailbox = await startMailbox()
  server = await startServer({ ...adminEnv, ...mailbox.env, CORS_ORIGINS: 'https://app.example.com' })
  const { accessToken } = await signInAdmin(server)
  const quiet = { verifyOnSignUp: false }
  await server.request('PATCH', '/api/v1/admin/settings/auth.email', { token: accessToken, body: quiet })
})
afterAll(async () => {
  await server.stop()
  await mailbox.close()
})

const next = 'a completely new password'
const forgot = (email: string, more: object = {}) =>
  server.request('POST', '/api/v1/auth/password/forgot', { body: { email, ...more } })
const reset = (token: string | undefined, wanted = next) =>
  server.request('POST', '/api/v1/auth/password/reset', { body: { token, password: wanted } })

describe('a forgotten password', () => {
  it('is set anew by the link in the mail, which ends every session', async () => {
    const { email, accessToken, refreshToken } = await signUp(server)
    const { status, text } = await forgot(email)
    expect([status, text]).toEqual([204, ''])
    const mail = await mailbox.next(email)
    expect(mail.subject).toContain('new password')
    expect(mail.text).toContain(`${server.config.publicUrl}/auth/ui/reset?token=hfo_`)
    expect(mail.text).toContain('60 minutes')
    expect((await reset(mail.token)).status).toBe(204)
    expect((await me(server, accessToken)).status).toBe(401)
    expect((await refresh(server, refreshToken)).status).toBe(401)
    const { json } = await server.request('POST', '/api/v1/auth/login', { body: { email, password } })
    expect(json.code).toBe('invalid_credentials')
    await signIn(server, email, next)
  })

  it('goes to the address as it is stored, however it is typed', async () => {
    const { email } = await signUp(server)
    await forgot(` ${email.toUpperCase()} `)
    expect((await mailbox.next(email)).to).toBe(email)
  })

  it('keeps its link when the new one is refused', async () => {
    const { email } = await signUp(server)
    await forgot(email)
    const { token } = await mailbox.next(email)
    expect((await reset(token, 'short')).json).toMatchObject({ status: 422, errors: [{ path: 'password' }] })
    expect((await reset(token)).status).toBe(204)
    expect((await reset(token)).json).toMatchObject({ status: 401, code: 'invalid_secret' })
  })

  it('takes the latest link only', async () => {
    const { email } = await signUp(server)
    await forgot(email)
    const first = await mailbox.next(email)
    await forgot(email)
    const second = await mailbox.next(email, 2)
    expect((await reset(first.token)).status).toBe(401)
    expect((await reset(second.token)).status).toBe(204)
  })

  it('leads on to places that are allowed', async () => {
    const { email } = await signUp(server)
    const there = 'https://app.example.com/signed-in?x=1'
    expect((await forgot(email, { redirectTo: there })).status).toBe(204)
    const { text } = await mailbox.next(email)
    expect(text).toContain(`&redirectTo=${encodeURIComponent(there)}`)
    for (const redirectTo of ['https://evil.example.com', 'javascript:alert(1)', '//app.example.com', ''])
      expect((await forgot(email, { redirectTo })).status).toBeOneOf([400, 422])
  })

  it('is nothing for accounts that are disabled or of programs', async () => {
    const { email, id } = await signUp(server)
    const other = await signUp(server)
    const set = (kind: string, userId: string) => ({
      text: `insert into holdfast.accounts (user_id, kind, disabled_at) values ($1, $2, case when $2 = 'person' then now() end)`,
      values: [userId, kind],
    })
    await server.database.run(set('person', id))
    await server.database.run(set('service', other.id))
    const last = newEmail()
    await signUp(server, last)
    for (const address of [email, other.email, last]) expect((await forgot(address)).status).toBe(204)
    await mailbox.next(last)
    expect([...mailbox.to(email), ...mailbox.to(other.email)]).toEqual([])
  })

  it('is answered with what is missing on a public server without mail', async () => {
    const silent = await startServer({ PUBLIC_URL: 'https://shop.example' })
    const { json } = await silent.request('POST', '/api/v1/auth/password/forgot', { body: { email: newEmail() } })
    await silent.stop()
    expect(json).toMatchObject({ status: 503, code: 'unavailable', hint: expect.stringContaining('SMTP_URL') })
  })
})
