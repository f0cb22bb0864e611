import type { CollectionDefinition } from '@holdfast/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AnonymousSweep } from '../../../src/accounts/anonymous/anonymous-sweep.js'
import { startServer, type TestServer } from '../../support/index.js'
import { type Persona, startServerWith } from '../../support/personas.js'
import { type Mailbox, type ReadMail, startMailbox } from '../mail/mailbox.js'
import { me, newEmail, type Person, password, refresh, signIn, signUp } from './people.js'

const own = { createdBy: '$user.id' }

let server: TestServer
let admin: Persona
let mailbox: Mailbox
beforeAll(async () => {
  mailbox = await startMailbox()
  const collections: Omit<CollectionDefinition, 'id'>[] = [
    {
      name: 'carts',
      fields: [{ name: 'item', type: 'text' }],
      rules: [{ role: 'user', action: ['read', 'create', 'update'], conditions: own }],
    },
    { name: 'games', fields: [{ name: 'title', type: 'text' }], rules: [{ role: 'anonymous', action: 'read' }] },
    {
      name: 'contracts',
      fields: [{ name: 'signer', type: 'relation', collection: 'users', onDelete: 'restrict' }],
    },
  ]
  const started = await startServerWith(collections, mailbox.env)
  server = started.server
  admin = started.admin
})
afterAll(async () => {
  await server.stop()
  await mailbox.close()
})

const path = '/api/v1/auth/anonymous'

async function beAnonymous(): Promise<Person> {
  const { status, text, json } = await server.request('POST', path)
  expect(status, text).toBe(201)
  return { ...json.data, id: json.data.user.id }
}

const becomePerson = (token: string, email: string) =>
  server.request('POST', '/api/v1/auth/signup', { token, body: { email, password } })

const settings = (patch: object) =>
  server.request('PATCH', '/api/v1/admin/settings/auth.anonymous', { token: admin.token, body: patch })

const run = async (text: string, values: unknown[] = []): Promise<unknown[][]> =>
  (await server.database.run({ text, values })).rows

describe('an anonymous user', () => {
  it('is signed in with tokens like anybody, under the role anonymous beside user', async () => {
    const { accessToken, refreshToken, id } = await beAnonymous()
    expect((await me(server, accessToken)).json.data).toMatchObject({ id, email: null })
    expect((await refresh(server, refreshToken)).status).toBe(200)
    const item = { item: 'a lamp' }
    expect(
      (await server.request('POST', '/api/v1/collections/carts/records', { token: accessToken, body: item })).status,
    ).toBe(201)
    const games = '/api/v1/collections/games/records'
    expect((await server.request('GET', games, { token: accessToken })).status).toBe(200)
    const person = await signUp(server)
    expect((await server.request('GET', games, { token: person.accessToken })).status).toBe(403)
  })

  it('may give what it may change of itself, and nothing else', async () => {
    const { json } = await server.request('POST', path, { body: { email: newEmail() } })
    expect(json).toMatchObject({ status: 400, code: 'unknown_field', errors: [{ path: 'email' }] })
    const list = await server.request('POST', path, { body: [] })
    expect(list.json).toMatchObject({ status: 400, code: 'invalid_body' })
  })

  it('is a role nobody can be given', async () => {
    const body = { name: 'anonymous' }
    const { json } = await server.request('POST', '/api/v1/admin/roles', { token: admin.token, body })
    expect(json).toMatchObject({ status: 409, code: 'unique_violation' })
  })

  it('is not to be had where admins say so, nor where sign-up is closed', async () => {
    expect((await settings({ enabled: false })).status).toBe(200)
    expect((await server.request('POST', path)).json).toMatchObject({ status: 403, code: 'forbidden' })
    expect((await settings({ enabled: null })).status).toBe(200)
    await beAnonymous()
    const closed = await startServer({ SIGNUP_ENABLED: 'false' })
    const { json } = await closed.request('POST', path)
    await closed.stop()
    expect(json).toMatchObject({ status: 403, code: 'forbidden' })
  })
})

describe('becoming a person', () => {
  it('keeps the id and the records, and ends the sessions from before', async () => {
    const anonymous = await beAnonymous()
    const cart = await server.request('POST', '/api/v1/collections/carts/records', {
      token: anonymous.accessToken,
      body: { item: 'a chair' },
    })
    const email = newEmail()
    const { status, json } = await becomePerson(anonymous.accessToken, email)
    expect(status).toBe(201)
    expect(json.data.user).toMatchObject({ id: anonymous.id, email })
    const token = json.data.accessToken
    expect(
      (await server.request('GET', `/api/v1/collections/carts/records/${cart.json.data.id}`, { token })).status,
    ).toBe(200)
    expect((await server.request('GET', '/api/v1/collections/games/records', { token })).status).toBe(403)
    expect((await me(server, anonymous.accessToken)).status).toBe(401)
    expect((await refresh(server, anonymous.refreshToken)).status).toBe(401)
    expect((await signIn(server, email)).id).toBe(anonymous.id)
  })

  it('is recorded in the change log as a change of the same user', async () => {
    const { accessToken, id } = await beAnonymous()
    const email = newEmail()
    await becomePerson(accessToken, email)
    const rows = await run(
      `select c.action, c.after->>'email' from holdfast.changes c where c.record = $1 order by c.position`,
      [id],
    )
    expect(rows).toEqual([
      ['create', null],
      ['update', email],
    ])
  })

  it('leaves both accounts as they are when the address has one', async () => {
    const { email, id } = await signUp(server)
    const anonymous = await beAnonymous()
    const { json } = await becomePerson(anonymous.accessToken, email)
    expect(json).toMatchObject({ status: 409, code: 'unique_violation', errors: [{ path: 'email' }] })
    expect((await me(server, anonymous.accessToken)).json.data).toMatchObject({ id: anonymous.id, email: null })
    expect((await signIn(server, email)).id).toBe(id)
    expect((await becomePerson(anonymous.accessToken, newEmail())).json.data.user.id).toBe(anonymous.id)
  })

  it('is for anonymous users only: a person who signs up gets another account', async () => {
    const person = await signUp(server)
    const { status, json } = await becomePerson(person.accessToken, newEmail())
    expect(status).toBe(201)
    expect(json.data.user.id).not.toBe(person.id)
    expect((await me(server, person.accessToken)).status).toBe(200)
  })

  it('goes by a code or a link of a mail as well, which prove the address', async () => {
    for (const [ask, verify, secretOf] of [
      ['otp', 'otp/verify', ({ code }: ReadMail, email: string) => ({ email, code })],
      ['magic-link', 'magic-link/verify', ({ token }: ReadMail) => ({ token })],
    ] as const) {
      const { accessToken, id } = await beAnonymous()
      const email = newEmail()
      const asked = await server.request('POST', `/api/v1/auth/${ask}`, { body: { email } })
      expect(asked.status, asked.text).toBe(204)
      const body = secretOf(await mailbox.next(email), email)
      const { status, text, json } = await server.request('POST', `/api/v1/auth/${verify}`, {
        token: accessToken,
        body,
      })
      expect(status, text).toBe(200)
      expect(json.data.user).toMatchObject({ id, email })
      expect(await run('select kind, verified_email from holdfast.accounts where user_id = $1', [id])).toEqual([
        ['person', email],
      ])
      expect((await me(server, accessToken)).status).toBe(401)
    }
  })

  it('happens once, however many try at once', async () => {
    const { accessToken, id } = await beAnonymous()
    const emails = Array.from({ length: 50 }, () => newEmail())
    const answers = await Promise.all(emails.map((email) => becomePerson(accessToken, email)))
    const made = answers.filter(({ status }) => status === 201)
    expect(made.map(({ json }) => json.data.user.id)).toEqual([id])
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 401]))
    const kept = await run('select email from public.users where email = any($1)', [emails])
    expect(kept).toEqual([[made[0]!.json.data.user.email]])
    await signIn(server, made[0]!.json.data.user.email)
  })
})

describe('anonymous users whom nobody can be any more', () => {
  const age = async (id: string, days: number) => {
    await run(`update public.users set "createdAt" = now() - $2 * interval '1 day' where id = $1`, [id, days])
  }
  const end = (id: string) => run('update holdfast.sessions set revoked_at = now() where user_id = $1', [id])
  const isThere = async (id: string) => (await run('select from public.users where id = $1', [id])).length === 1
  const sweep = () => server.app.get(AnonymousSweep).sweep()

  it('are deleted once they are old and signed in nowhere', async () => {
    const [gone, young, signedIn, person] = [
      await beAnonymous(),
      await beAnonymous(),
      await beAnonymous(),
      await signUp(server),
    ]
    for (const { id } of [gone, signedIn, person]) await age(id, 31)
    for (const { id } of [gone, young, person]) await end(id)
    await sweep()
    const left = await Promise.all([gone, young, signedIn, person].map(({ id }) => isThere(id)))
    expect(left).toEqual([false, true, true, true])
    const deletes = await run(`select action from holdfast.changes where record = $1 and action = 'delete'`, [gone.id])
    expect(deletes).toHaveLength(1)
  })

  it('stay where a record of theirs must not go, and keep none of the others', async () => {
    const [kept, gone] = [await beAnonymous(), await beAnonymous()]
    const body = { signer: kept.id }
    const made = await server.request('POST', '/api/v1/collections/contracts/records', { token: admin.token, body })
    expect(made.status, made.text).toBe(201)
    expect((await settings({ dropAfterDays: 3 })).status).toBe(200)
    for (const { id } of [kept, gone]) {
      await age(id, 4)
      await end(id)
    }
    await sweep()
    expect(await isThere(kept.id)).toBe(true)
    expect(await isThere(gone.id)).toBe(false)
  })
})
