import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { adminEnv, newEmail, password, signInAdmin, signUp } from '../../api/auth/people.js'
import { type Mailbox, startMailbox } from '../../api/mail/mailbox.js'
import { startServer, type TestServer } from '../../support/index.js'
import { callFrom, quickest, shapeOf } from './call-from.js'

let server: TestServer
let mailbox: Mailbox
let admin: string
/** Accounts of every sort, and addresses that have none. */
const known: string[] = []
const samples = 30

beforeAll(async () => {
  mailbox = await startMailbox()
  server = await startServer({ ...adminEnv, ...mailbox.env })
  admin = (await signInAdmin(server)).accessToken
  for (let n = 0; n < samples; n += 1) known.push((await signUp(server)).email)
}, 120_000)
afterAll(async () => {
  await server.stop()
  await mailbox.close()
})

let network = 0
const anywhere = () => ({ from: `127.${10 + Math.floor(++network / 250)}.${(network % 250) + 1}.1` })
const settings = (body: object) =>
  callFrom(server, '/api/v1/admin/settings/auth.email', body, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${admin}` },
  })

/** New accounts of every sort. */
async function makeOdd(): Promise<string[]> {
  const emails: string[] = []
  for (const sort of ['plain', 'disabled', 'proven', 'program']) {
    const { id, email } = await signUp(server)
    emails.push(email)
    if (sort === 'plain') continue
    await server.database.run({
      text: `insert into holdfast.accounts (user_id, kind, verified_email, disabled_at)
             values ($1, case when $2 = 'program' then 'service' else 'person' end, case when $2 = 'proven' then $3 end, case when $2 = 'disabled' then now() end)`,
      values: [id, sort, email],
    })
  }
  return emails
}

const routes = {
  'POST /auth/password/forgot': '/api/v1/auth/password/forgot',
  'POST /auth/verify/request': '/api/v1/auth/verify/request',
  'POST /auth/otp': '/api/v1/auth/otp',
  'POST /auth/magic-link': '/api/v1/auth/magic-link',
} as const

describe.each(Object.entries(routes))('A98: %s', (_, path) => {
  it('answers the same for every sort of account and for none', async () => {
    const expected = shapeOf(await callFrom(server, path, { email: newEmail() }, anywhere()))
    expect(expected.status).toBe(204)
    for (const email of [...(await makeOdd()), ` ${(await signUp(server)).email.toUpperCase()} `])
      expect(shapeOf(await callFrom(server, path, { email }, anywhere())), email).toEqual(expected)
  })

  it('answers the same when the rest of the request is wrong', async () => {
    const wrong = { email: newEmail(), redirectTo: 'https://evil.example.com' }
    const refused = shapeOf(await callFrom(server, path, wrong, anywhere()))
    expect(refused.status).toBe(400)
    expect(shapeOf(await callFrom(server, path, { ...wrong, email: known[2] }, anywhere()))).toEqual(refused)
  })

  it('answers the same when it was asked too often', async () => {
    const until429 = async (email: string) => {
      const statuses: number[] = []
      for (let n = 0; n < 32; n += 1) statuses.push((await callFrom(server, path, { email }, anywhere())).status)
      return statuses
    }
    const unknown = await until429(newEmail())
    expect(unknown).toContain(429)
    expect(await until429((await signUp(server)).email)).toEqual(unknown)
  })

  it('takes as long either way', async () => {
    const [here, nowhere]: [number[], number[]] = [[], []]
    for (const email of known) {
      here.push((await callFrom(server, path, { email }, anywhere())).tookMs)
      nowhere.push((await callFrom(server, path, { email: newEmail() }, anywhere())).tookMs)
    }
    // Nothing that depends on the account is done before the answer: what is left is noise.
    expect(Math.abs(quickest(here) - quickest(nowhere))).toBeLessThan(Math.max(25, quickest(nowhere) / 2))
  })
})

describe('A98: codes and links that are wrong', () => {
  it.each([
    ['/api/v1/auth/otp/verify', (email: string) => ({ email, code: '000000' })],
    ['/api/v1/auth/magic-link/verify', () => ({ token: `hfo_${'A'.repeat(43)}` })],
    ['/api/v1/auth/password/reset', () => ({ token: `hfo_${'A'.repeat(43)}`, password })],
    ['/api/v1/auth/verify', () => ({ token: 'x' })],
    ['/api/v1/auth/email/confirm', () => ({ token: 'x' })],
  ] as const)('are answered the same by %s', async (path, bodyOf) => {
    const expected = shapeOf(await callFrom(server, path, bodyOf(newEmail()), anywhere()))
    expect(expected).toMatchObject({ status: 401, problem: { code: 'invalid_secret' } })
    for (const email of await makeOdd())
      expect(shapeOf(await callFrom(server, path, bodyOf(email), anywhere()))).toEqual(expected)
  })
})

describe('A98: signing up where addresses must be proven', () => {
  const path = '/api/v1/auth/signup'
  let odd: string[]
  beforeAll(async () => {
    odd = await makeOdd()
    await settings({ requireVerified: true })
  })
  afterAll(() => settings({ requireVerified: null }))

  it('answers the same for a known address', async () => {
    const expected = shapeOf(await callFrom(server, path, { email: newEmail(), password }, anywhere()))
    expect(expected.status).toBe(202)
    for (const email of odd)
      expect(shapeOf(await callFrom(server, path, { email, password }, anywhere())), email).toEqual(expected)
  })

  it('takes as long either way', async () => {
    const [here, nowhere]: [number[], number[]] = [[], []]
    for (const email of known) {
      here.push((await callFrom(server, path, { email, password }, anywhere())).tookMs)
      nowhere.push((await callFrom(server, path, { email: newEmail(), password }, anywhere())).tookMs)
    }
    // Most of the time is the hash of the password: whoever was spared it would be far quicker.
    expect(Math.abs(quickest(here) - quickest(nowhere))).toBeLessThan(quickest(nowhere) * 0.6)
  })

  it('answers the same for a known address whose profile another has', async () => {
    const { json } = await callFrom(server, '/api/v1/admin/collections/users', undefined, {
      method: 'GET',
      headers: { authorization: `Bearer ${admin}` },
    })
    const changed = await callFrom(
      server,
      '/api/v1/admin/collections/users',
      {
        fields: [...json.data.fields, { name: 'handle', type: 'text', unique: true }],
        rules: [
          { role: 'user', conditions: { id: '$user.id' }, action: 'read' },
          { role: 'user', conditions: { id: '$user.id' }, action: 'update', fields: ['handle'] },
        ],
      },
      { method: 'PATCH', headers: { authorization: `Bearer ${admin}` } },
    )
    expect(changed.status, changed.text).toBe(200)
    const first = await callFrom(server, path, { email: newEmail(), password, handle: 'ada' }, anywhere())
    expect(first.status, first.text).toBe(202)
    const expected = shapeOf(await callFrom(server, path, { email: newEmail(), password, handle: 'ada' }, anywhere()))
    expect(expected.status).toBe(409)
    const again = shapeOf(await callFrom(server, path, { email: known[5], password, handle: 'ada' }, anywhere()))
    expect(again).toEqual(expected)
    expect((await callFrom(server, path, { email: known[5], password, handle: 'eve' }, anywhere())).status).toBe(202)
    expect((await callFrom(server, path, { email: newEmail(), password, handle: 'eve' }, anywhere())).status).toBe(202)
  })
})
