import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '../../support/index.js'
import { type Mailbox, startMailbox } from '../mail/mailbox.js'
import { adminEnv, me, newEmail, type Person, password, signIn, signInAdmin, signUp } from './people.js'

let server: TestServer
let mailbox: Mailbox
beforeAll(async () => {
  mailbox = await startMailbox()
  server = await startServer({ ...adminEnv, ...mailbox.env })
  const { accessToken } = await signInAdmin(server)
  const body = { verifyOnSignUp: false }
  await server.request('PATCH', '/api/v1/admin/settings/auth.email', { token: accessToken, body })
})
afterAll(async () => {
  await server.stop()
  await mailbox.close()
})

const run = (text: string, values: unknown[]) => server.database.run({ text, values })
const change = (token: string, email: string, more: object = {}) =>
  server.request('POST', '/api/v1/auth/email/change', { token, body: { email, ...more } })
const confirm = (token: string | undefined) => server.request('POST', '/api/v1/auth/email/confirm', { body: { token } })
const signUpProven = async (): Promise<Person> => {
  const person = await signUp(server)
  await run('insert into holdfast.accounts (user_id, verified_email) values ($1, $2)', [person.id, person.email])
  return person
}
const age = (id: string) =>
  run("update holdfast.sessions set proven_at = now() - interval '1 hour' where user_id = $1", [id])

describe('another address', () => {
  it('is the one of the account once both addresses are proven', async () => {
    const person = await signUpProven()
    const other = await signIn(server, person.email)
    const email = newEmail()
    const { status, text } = await change(person.accessToken, email)
    expect([status, text]).toEqual([204, ''])
    const toOld = await mailbox.next(person.email)
    const toNew = await mailbox.next(email)
    expect(toNew.text).toContain(`${server.config.publicUrl}/auth/ui/email?token=`)
    expect(toOld.text).toContain(email)
    expect((await confirm(toNew.token)).json).toEqual({ data: { email, waitingFor: 'old' } })
    expect((await me(server, person.accessToken)).json.data.email).toBe(person.email)
    expect((await confirm(toOld.token)).json).toEqual({ data: { email, waitingFor: null } })
    expect((await me(server, person.accessToken)).json.data.email).toBe(email)
    expect((await me(server, other.accessToken)).status).toBe(401)
    const notice = await mailbox.next(person.email, 2)
    expect(notice.subject).toContain('has changed')
    expect(notice.text).not.toContain(email)
    await signIn(server, email)
    const login = await server.request('POST', '/api/v1/auth/login', { body: { email: person.email, password } })
    expect(login.status).toBe(401)
    const { rows } = await run('select verified_email from holdfast.accounts where user_id = $1', [person.id])
    expect(rows).toEqual([[email]])
  })

  it('needs no proof of an old one that never was proven', async () => {
    const person = await signUp(server)
    const email = newEmail()
    await change(person.accessToken, email)
    expect((await confirm((await mailbox.next(email)).token)).json.data).toEqual({ email, waitingFor: null })
    expect(mailbox.to(person.email).filter(({ token }) => token !== undefined)).toEqual([])
  })

  it('wants a fresh proof of who asks, or the password', async () => {
    const person = await signUp(server)
    await age(person.id)
    const email = newEmail()
    expect((await change(person.accessToken, email)).json).toMatchObject({ status: 403, code: 'step_up_required' })
    const wrong = await change(person.accessToken, email, { password: 'wrong password' })
    expect(wrong.json).toMatchObject({ status: 401, code: 'invalid_credentials' })
    expect((await change(person.accessToken, email, { password })).status).toBe(204)
    await mailbox.next(email)
  })

  it('is the latest that was asked for', async () => {
    const person = await signUp(server)
    const [first, second] = [newEmail(), newEmail()]
    await change(person.accessToken, first)
    const before = await mailbox.next(first)
    await change(person.accessToken, second)
    const after = await mailbox.next(second)
    expect((await confirm(before.token)).json).toMatchObject({ status: 401, code: 'invalid_secret' })
    expect((await confirm(after.token)).status).toBe(200)
    expect((await confirm(after.token)).status).toBe(401)
  })

  it('is one of two who want it at once', async () => {
    const people = [await signUp(server), await signUp(server)]
    const email = newEmail()
    for (const { accessToken } of people) await change(accessToken, email)
    const tokens = [(await mailbox.next(email, 1)).token, (await mailbox.next(email, 2)).token]
    const answers = await Promise.all(tokens.map(confirm))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    expect(answers.find(({ status }) => status === 409)!.json.code).toBe('unique_violation')
  })

  it('that has an account is answered the same, and its owner hears of it', async () => {
    const person = await signUp(server)
    const owner = await signUp(server)
    expect((await change(person.accessToken, owner.email)).status).toBe(204)
    const notice = await mailbox.next(owner.email)
    expect(notice.token).toBeUndefined()
    expect(notice.subject).toContain('already have an account')
  })

  it('must be another one, and is not for anonymous users', async () => {
    const person = await signUp(server)
    expect((await change(person.accessToken, person.email.toUpperCase())).json).toMatchObject({
      status: 422,
      errors: [{ path: 'email', code: 'unchanged' }],
    })
    const { json } = await server.request('POST', '/api/v1/auth/anonymous', { body: {} })
    expect((await change(json.data.accessToken, newEmail())).status).toBe(403)
    expect((await server.request('POST', '/api/v1/auth/email/change', { body: { email: newEmail() } })).status).toBe(
      401,
    )
  })

  it('goes into the change log as what the user did', async () => {
    const person = await signUp(server)
    const email = newEmail()
    await change(person.accessToken, email)
    await confirm((await mailbox.next(email)).token)
    expect((await me(server, person.accessToken)).json.data).toMatchObject({ email, version: 2 })
  })
})
