import { createClient, HoldfastError, memoryStorage, SecondFactorRequired } from '@holdfast/sdk'
import { withAdmin } from '@holdfast/sdk/admin'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '../../support/index.js'
import { Authenticator } from '../auth/authenticator.js'
import { type Mailbox, startMailbox } from '../mail/mailbox.js'
import { admin as adminAccount } from './support.js'

let mailbox: Mailbox
let server: TestServer
let admin: ReturnType<typeof connect>

const connect = (options: { token?: string } = {}) =>
  withAdmin(createClient(server.url, { storage: memoryStorage(), ...options }))
const password = 'correct horse battery'
let people = 0
const newEmail = () => `person${++people}@example.com`

async function signUp() {
  const client = connect()
  const email = newEmail()
  const { user } = await client.auth.signUp({ email, password })
  return { client, email, id: user['id'] as string }
}

const failureOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  )

beforeAll(async () => {
  mailbox = await startMailbox()
  server = await startServer({
    ...mailbox.env,
    ADMIN_EMAIL: adminAccount.email,
    ADMIN_PASSWORD: adminAccount.password,
  })
  admin = connect()
  await admin.auth.signInWithPassword(adminAccount)
  await admin.admin.collections.create({
    name: 'teams',
    members: true,
    fields: [{ name: 'name', type: 'text', required: true }],
    rules: [
      { role: 'user', action: 'create' },
      { role: 'user', action: 'read', conditions: { id: { $in: '$user.teams' } } },
    ],
  })
  await admin.admin.collections.create({
    name: 'plans',
    tenant: 'team',
    fields: [
      { name: 'title', type: 'text' },
      { name: 'team', type: 'relation', collection: 'teams', required: true },
    ],
    rules: [{ role: 'user', action: ['create', 'read'] }],
  })
})
afterAll(async () => {
  await server.stop()
  await mailbox.close()
})

describe('a client', () => {
  it('begins as nobody in particular and becomes somebody in place', async () => {
    const client = connect()
    const events: string[] = []
    client.auth.onAuthStateChange((event) => events.push(event))
    const { user } = await client.auth.signInAnonymously()
    const email = newEmail()
    const session = await client.auth.signUp({ email, password })
    expect(session.user['id']).toBe(user['id'])
    expect(await client.auth.me()).toMatchObject({ id: user['id'], email })
    expect(events).toEqual(['signedIn', 'signedIn'])
  })

  it('signs in by a code and by a link', async () => {
    const client = connect()
    const email = newEmail()
    await client.auth.sendCode({ email })
    const { code } = await mailbox.next(email)
    const wrong = code === '000000' ? '000001' : '000000'
    expect(await failureOf(client.auth.signInWithCode({ email, code: wrong }))).toMatchObject({
      code: 'invalid_secret',
    })
    const { user } = await client.auth.signInWithCode({ email, code: code! })
    await client.auth.sendMagicLink(email)
    const { token } = await mailbox.next(email, 2)
    const other = connect()
    expect((await other.auth.signInWithMagicLink(token!)).user['id']).toBe(user['id'])
    expect(await failureOf(connect().auth.signInWithMagicLink(token!))).toBeInstanceOf(HoldfastError)
  })

  it('replaces a forgotten password', async () => {
    const { client, email } = await signUp()
    const verification = await mailbox.next(email)
    await client.auth.account.verifyEmail(verification.token!)
    await connect().auth.account.forgotPassword(email)
    const { token } = await mailbox.next(email, 2)
    await connect().auth.account.resetPassword(token!, 'another good password')
    expect(await failureOf(client.auth.me())).toMatchObject({ status: 401 })
    expect(client.auth.user).toBeNull()
    await client.auth.signInWithPassword({ email, password: 'another good password' })
  })

  it('is told that a second factor is asked for, and proves it', async () => {
    const { client, email, id } = await signUp()
    const { secret } = await client.auth.mfa.enrollTotp({ name: 'Phone' })
    const app = new Authenticator(server, id, secret)
    const recoveryCodes = await client.auth.mfa.confirmTotp(app.code())
    expect(recoveryCodes).toHaveLength(10)
    expect(await client.auth.mfa.list()).toMatchObject({ factors: [{ name: 'Phone' }], recoveryCodesLeft: 10 })

    const other = connect()
    const asked = await failureOf(other.auth.signInWithPassword({ email, password }))
    expect(asked).toBeInstanceOf(SecondFactorRequired)
    const { mfaToken, factors } = asked as SecondFactorRequired
    expect(factors).toEqual(['totp', 'recovery'])
    expect(other.auth.user).toBeNull()
    expect((await other.auth.mfa.verify(mfaToken, await app.freshCode())).user['id']).toBe(id)

    const third = connect()
    const again = (await failureOf(third.auth.signInWithPassword({ email, password }))) as SecondFactorRequired
    await third.auth.mfa.verify(again.mfaToken, recoveryCodes[0]!)
    await third.auth.account.stepUp({ code: await app.freshCode() })
    await third.auth.mfa.remove((await third.auth.mfa.list()).factors[0]!.id)
    await connect().auth.signInWithPassword({ email, password })
  })

  it('works in teams', async () => {
    const { client } = await signUp()
    const guest = await signUp()
    await guest.client.auth.account.verifyEmail((await mailbox.next(guest.email)).token!)
    const team = await client.collection('teams').create({ name: 'Engines' })
    const id = team['id'] as string
    expect(await client.teams.mine()).toMatchObject([{ id, roles: ['owner'], current: false }])
    expect((await client.collection('plans').list()).data).toEqual([])
    await client.teams.switch(id)
    await client.collection('plans').create({ title: 'Difference engine' })
    expect((await client.collection('plans').list()).data).toMatchObject([{ team: id }])

    await client.teams.invite(id, { email: guest.email, roles: ['member'] })
    expect((await client.teams.invites(id)).data).toMatchObject([{ email: guest.email }])
    const { token } = await mailbox.next(guest.email, 2)
    expect(await guest.client.teams.acceptInvite(token!)).toMatchObject({ id, roles: ['member'] })
    await guest.client.teams.switch(id)
    expect((await guest.client.collection('plans').list()).data).toHaveLength(1)
    await client.teams.setRoles(id, guest.id, ['admin'])
    const { data: members } = await client.teams.members(id)
    expect(members).toContainEqual(expect.objectContaining({ userId: guest.id, roles: ['admin'] }))
    await client.teams.remove(id, guest.id)
    expect((await guest.client.collection('plans').list()).data).toEqual([])
    await client.teams.switch(null)
    expect((await client.collection('plans').list()).data).toEqual([])
  })
})

describe('an admin', () => {
  it('invites, acts as a user, disables', async () => {
    const email = newEmail()
    await admin.admin.users.invite({ email })
    expect((await admin.admin.users.invites()).data).toMatchObject([{ email }])
    const { token } = await mailbox.next(email)
    const guest = connect()
    const { user } = await guest.auth.acceptInvite({ token: token!, password })
    const id = user['id'] as string
    expect((await admin.admin.users.list({ search: email })).data).toMatchObject([{ id, emailIsProven: true }])

    const { accessToken } = await admin.admin.users.impersonate(id, 'Ticket 4711')
    expect(await connect({ token: accessToken }).auth.me()).toMatchObject({ id })
    const { data: sessions } = await guest.auth.sessions()
    expect(sessions).toContainEqual(
      expect.objectContaining({ impersonatedBy: expect.objectContaining({ reason: 'Ticket 4711' }) }),
    )

    expect(await admin.admin.users.update(id, { disabled: true })).toMatchObject({ disabled: true })
    expect(await failureOf(guest.auth.me())).toMatchObject({ status: 401 })
    await admin.admin.users.delete(id)
    expect(await failureOf(admin.admin.users.get(id))).toMatchObject({ status: 404 })
  })

  it('gives a program an account of its own', async () => {
    const account = await admin.admin.serviceAccounts.create({ name: 'robot' })
    const { key } = await admin.admin.apiKeys.create({ name: 'robot', user: account.id })
    expect(await connect({ token: key }).auth.me()).toMatchObject({ id: account.id })
    expect((await admin.admin.serviceAccounts.list()).data).toMatchObject([{ name: 'robot' }])
    await admin.admin.serviceAccounts.delete(account.id)
    expect(await failureOf(connect({ token: key }).auth.me())).toMatchObject({ status: 401 })
  })

  it('gives a program a key, rotates it and takes it away', async () => {
    const { key, id } = await admin.admin.apiKeys.create({ name: 'importer', roles: ['admin'], actions: ['read'] })
    const program = connect({ token: key })
    expect((await program.collection('teams').list()).data).toBeInstanceOf(Array)
    expect(await failureOf(program.collection('teams').create({ name: 'No' }))).toMatchObject({ code: 'forbidden' })
    expect((await admin.admin.apiKeys.list()).data).toContainEqual(expect.objectContaining({ id, name: 'importer' }))
    const rotated = await admin.admin.apiKeys.rotate(id)
    expect(await failureOf(program.collection('teams').list())).toMatchObject({ status: 401 })
    const again = connect({ token: rotated.key })
    await again.collection('teams').list()
    await admin.admin.apiKeys.update(id, { addresses: ['203.0.113.7'] })
    expect(await failureOf(again.collection('teams').list())).toMatchObject({ status: 403 })
    await admin.admin.apiKeys.delete(id)
  })

  it('changes settings, whose secrets stay hidden', async () => {
    const sections = (await admin.admin.settings.list()).map(({ section }) => section)
    expect(sections).toEqual(expect.arrayContaining(['auth.redirects', 'auth.stepUp']))
    const changed = await admin.admin.settings.update('auth.redirects', { allow: ['https://app.example.com'] })
    expect(changed).toEqual({ allow: ['https://app.example.com'] })
    expect(await admin.admin.settings.update('auth.redirects', { allow: null })).toEqual({ allow: [] })
  })
})
