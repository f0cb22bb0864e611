import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '../../support/index.js'
import { type Mailbox, startMailbox } from '../mail/mailbox.js'
import { adminEnv, me, newEmail, signInAdmin, signUp } from './people.js'

let server: TestServer
let mailbox: Mailbox
let admin: string
beforeAll(async () => {
  mailbox = await startMailbox()
  server = await startServer({ ...adminEnv, ...mailbox.env, CORS_ORIGINS: 'https://app.example.com' })
  admin = (await signInAdmin(server)).accessToken
  await settings({ verifyOnSignUp: false })
})
afterAll(async () => {
  await server.stop()
  await mailbox.close()
})

const settings = (body: object) => server.request('PATCH', '/api/v1/admin/settings/auth.email', { token: admin, body })
const ask = (email: string, more: object = {}) =>
  server.request('POST', '/api/v1/auth/magic-link', { body: { email, ...more } })
const follow = (token: string | undefined, more: object = {}, bearer?: string) =>
  server.request('POST', '/api/v1/auth/magic-link/verify', {
    body: { token, ...more },
    ...(bearer && { token: bearer }),
  })

describe('a link', () => {
  it('makes an account for an address that has none, and signs in the next time', async () => {
    const email = newEmail()
    expect((await ask(email)).status).toBe(204)
    const mail = await mailbox.next(email)
    expect(mail.text).toContain(`${server.config.publicUrl}/auth/ui/link?token=hfo_`)
    expect(mail.html).toContain(mail.token)
    const first = await follow(mail.token)
    expect(first.status, first.text).toBe(200)
    await ask(email)
    const second = await follow((await mailbox.next(email, 2)).token)
    expect(second.json.data.user).toEqual(first.json.data.user)
    expect((await me(server, second.json.data.accessToken)).json.data).toMatchObject({ email })
  })

  it('works once', async () => {
    const { email } = await signUp(server)
    await ask(email)
    const { token } = await mailbox.next(email)
    expect((await follow(token)).status).toBe(200)
    expect((await follow(token)).json).toMatchObject({ status: 401, code: 'invalid_secret' })
  })

  it('leads on to places that are allowed, and to no others', async () => {
    const email = newEmail()
    const redirectTo = 'https://app.example.com/welcome'
    await ask(email, { redirectTo })
    expect((await mailbox.next(email)).text).toContain(`&redirectTo=${encodeURIComponent(redirectTo)}`)
    expect((await ask(email, { redirectTo: 'https://app.example.com.evil.example' })).json).toMatchObject({
      status: 400,
      code: 'invalid_value',
      errors: [{ path: 'redirectTo' }],
    })
  })

  it('makes a person of an anonymous user', async () => {
    const anonymous = (await server.request('POST', '/api/v1/auth/anonymous', { body: {} })).json.data
    const email = newEmail()
    await ask(email)
    const { json } = await follow((await mailbox.next(email)).token, {}, anonymous.accessToken)
    expect(json.data.user.id).toBe(anonymous.user.id)
  })

  it('opens nothing for a disabled account', async () => {
    const { email, id } = await signUp(server)
    await ask(email)
    const { token } = await mailbox.next(email)
    await server.database.run({
      text: `insert into holdfast.accounts (user_id, disabled_at) values ($1, now())
             on conflict (user_id) do update set disabled_at = now()`,
      values: [id],
    })
    expect((await follow(token)).json.code).toBe('account_disabled')
    await server.database.run({
      text: 'update holdfast.accounts set disabled_at = null where user_id = $1',
      values: [id],
    })
    expect((await follow(token)).status).toBe(200)
  })

  it('asks for the second factor of the account', async () => {
    const { email, id } = await signUp(server)
    await server.database.run({
      text: 'insert into holdfast.accounts (user_id, verified_email) values ($1, $2)',
      values: [id, email],
    })
    await server.database.run({
      text: `insert into holdfast.factors (id, user_id, kind, name, confirmed_at) values (gen_random_uuid(), $1, 'totp', 'x', now())`,
      values: [id],
    })
    await ask(email)
    const { json } = await follow((await mailbox.next(email)).token)
    expect(Object.keys(json.data).sort()).toEqual(['factors', 'mfaToken'])
    expect(json.data.factors).toContain('totp')
  })

  it('can be switched off', async () => {
    await settings({ link: false })
    expect((await ask(newEmail())).json).toMatchObject({ status: 403, code: 'forbidden' })
    await settings({ link: null })
  })
})
