import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '../../support/index.js'
import { type Mailbox, startMailbox } from '../mail/mailbox.js'
import { adminEnv, me, newEmail, password, signIn, signInAdmin, signUp } from './people.js'

let server: TestServer
let mailbox: Mailbox
let admin: string
beforeAll(async () => {
  mailbox = await startMailbox()
  server = await startServer({ ...adminEnv, ...mailbox.env })
  admin = (await signInAdmin(server)).accessToken
  await settings({ verifyOnSignUp: false })
})
afterAll(async () => {
  await server.stop()
  await mailbox.close()
})

const settings = (body: object) => server.request('PATCH', '/api/v1/admin/settings/auth.email', { token: admin, body })
const ask = (email: string, headers: Record<string, string> = {}) =>
  server.request('POST', '/api/v1/auth/otp', { body: { email }, headers })
const prove = (email: string, code: string | undefined, more: object = {}, token?: string) =>
  server.request('POST', '/api/v1/auth/otp/verify', { body: { email, code, ...more }, ...(token && { token }) })

describe('a code', () => {
  it('makes an account for an address that has none, and signs in the next time', async () => {
    const email = newEmail()
    const { status, text } = await ask(email)
    expect([status, text]).toEqual([204, ''])
    const mail = await mailbox.next(email)
    expect(mail.text).toContain('10 minutes')
    const first = await prove(email, mail.code)
    expect(first.status, first.text).toBe(200)
    expect(Object.keys(first.json.data).sort()).toEqual(['accessToken', 'expiresIn', 'refreshToken', 'user'])
    expect(first.json.data.user).toMatchObject({ email })
    await ask(email)
    const second = await prove(email.toUpperCase(), (await mailbox.next(email, 2)).code)
    expect(second.json.data.user.id).toBe(first.json.data.user.id)
    const { rows } = await server.database.run({
      text: `select a.verified_email = $2, a.kind, (select array_to_string(array_agg(distinct m), ',') from holdfast.sessions s, unnest(s.methods) m where s.user_id = a.user_id)
             from holdfast.accounts a where a.user_id = $1`,
      values: [first.json.data.user.id, email],
    })
    expect(rows).toEqual([[true, 'person', 'mail']])
  })

  it('is good once, and the latest only', async () => {
    const email = newEmail()
    await ask(email)
    const { code: first } = await mailbox.next(email)
    await ask(email)
    const { code: second } = await mailbox.next(email, 2)
    if (first !== second)
      expect((await prove(email, first)).json).toMatchObject({ status: 401, code: 'invalid_secret' })
    expect((await prove(email, second)).status).toBe(200)
    expect((await prove(email, second)).status).toBe(401)
  })

  it('comes in the language of the browser', async () => {
    const email = newEmail()
    await ask(email, { 'accept-language': 'fr;q=0.1, de-AT, en;q=0.5' })
    const mail = await mailbox.next(email)
    expect(mail.text).toContain('Ihr Code')
    await prove(email, mail.code, {}, undefined)
  })

  it('is dead after its time', async () => {
    const email = newEmail()
    await ask(email)
    const { code } = await mailbox.next(email)
    await server.database.run({
      text: `update holdfast.one_time_secrets set expires_at = now() where subject = $1`,
      values: [email],
    })
    expect((await prove(email, code)).status).toBe(401)
  })

  it('takes the profile of the account it makes, by the rules of a sign-up', async () => {
    const { json } = await server.request('GET', '/api/v1/admin/collections/users', { token: admin })
    const own = { role: 'user', conditions: { id: '$user.id' } }
    const changed = await server.request('PATCH', '/api/v1/admin/collections/users', {
      token: admin,
      body: {
        fields: [
          ...json.data.fields,
          { name: 'nickname', type: 'text' },
          { name: 'credit', type: 'integer', default: 0 },
        ],
        rules: [
          { ...own, action: 'read' },
          { ...own, action: 'update', fields: ['nickname'] },
        ],
      },
    })
    expect(changed.status, changed.text).toBe(200)
    const email = newEmail()
    await ask(email)
    const { code } = await mailbox.next(email)
    for (const name of ['credit', 'roles', 'id', 'verified'])
      expect((await prove(email, code, { [name]: 1 })).json).toMatchObject({ status: 400, code: 'unknown_field' })
    expect((await prove(email, code, { nickname: 'Ada' })).json.data.user).toMatchObject({ nickname: 'Ada', credit: 0 })
    await ask(email)
    const again = await prove(email, (await mailbox.next(email, 2)).code, { nickname: 'Eve' })
    expect(again.json.data.user).toMatchObject({ nickname: 'Ada' })
  })

  it('makes a person of an anonymous user, who keeps the id', async () => {
    const anonymous = (await server.request('POST', '/api/v1/auth/anonymous', { body: {} })).json.data
    const email = newEmail()
    await ask(email)
    const { code } = await mailbox.next(email)
    const { json } = await prove(email, code, {}, anonymous.accessToken)
    expect(json.data.user).toMatchObject({ id: anonymous.user.id, email })
    expect((await me(server, anonymous.accessToken)).status).toBe(401)
    expect((await me(server, json.data.accessToken)).status).toBe(200)
  })

  it('signs in to the account an address has, whoever asks: an anonymous user stays as it is', async () => {
    const anonymous = (await server.request('POST', '/api/v1/auth/anonymous', { body: {} })).json.data
    const { email, id } = await signUp(server)
    await ask(email)
    const { code } = await mailbox.next(email)
    expect((await prove(email, code, {}, anonymous.accessToken)).json.data.user.id).toBe(id)
    expect((await me(server, anonymous.accessToken)).status).toBe(200)
  })

  it('A120: is the first proof of an address, and wipes what a stranger set', async () => {
    const stranger = await signUp(server)
    const { email } = stranger
    await ask(email)
    const { code } = await mailbox.next(email)
    const { json } = await prove(email, code)
    expect(json.data.user.id).toBe(stranger.id)
    expect((await me(server, stranger.accessToken)).status).toBe(401)
    const login = await server.request('POST', '/api/v1/auth/login', { body: { email, password } })
    expect(login.json.code).toBe('invalid_credentials')
  })

  it('leaves the password of a proven account as it is', async () => {
    const { email, id } = await signUp(server)
    await server.database.run({
      text: 'insert into holdfast.accounts (user_id, verified_email) values ($1, $2)',
      values: [id, email],
    })
    await ask(email)
    expect((await prove(email, (await mailbox.next(email)).code)).status).toBe(200)
    await signIn(server, email)
  })

  it('can be switched off', async () => {
    await settings({ code: false })
    expect((await ask(newEmail())).json).toMatchObject({ status: 403, code: 'forbidden' })
    expect((await prove(newEmail(), '123456')).status).toBe(403)
    await settings({ code: null })
  })

  it('makes no account where sign-up is closed', async () => {
    const closed = await startServer({ ...mailbox.env, SIGNUP_ENABLED: 'false' })
    try {
      const email = newEmail()
      const { status } = await closed.request('POST', '/api/v1/auth/otp', { body: { email } })
      const { json } = await closed.request('POST', '/api/v1/auth/otp/verify', { body: { email, code: '123456' } })
      expect([status, json.code]).toEqual([204, 'invalid_secret'])
      const { rows } = await closed.database.run({ text: 'select count(*) from holdfast.one_time_secrets', values: [] })
      expect(rows).toEqual([[0]])
    } finally {
      await closed.stop()
    }
  })
})
