import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import {
  app,
  Browser,
  configure,
  exchange,
  type GithubPeer,
  type HostileProvider,
  type IdentityProvider,
  signInBy,
  startGithubPeer,
  startHostileProvider,
  startIdentityProvider,
  startOauthServer,
  walk,
} from '../../support/oauth/index.js'
import type { Persona } from '../../support/personas.js'
import { me, newEmail, type Person, password, signUp } from './people.js'

let server: TestServer
let admin: Persona
let peer: HostileProvider
let github: GithubPeer
let company: IdentityProvider

beforeAll(async () => {
  ;({ server, admin } = await startOauthServer())
  ;[peer, github] = await Promise.all([startHostileProvider(), startGithubPeer()])
  company = await startIdentityProvider([`${server.url}/api/v1/auth/oauth/company/callback`], {
    accessTokenSeconds: 30,
  })
  await configure(server, admin, {
    peer: { kind: 'oidc', issuer: peer.issuer, clientId: 'holdfast', clientSecret: 's', trustEmail: true },
    github: { kind: 'github', issuer: github.url, clientId: 'gh', clientSecret: 'github secret' },
    company: {
      kind: 'oidc',
      issuer: company.issuer,
      clientId: company.clientId,
      clientSecret: company.clientSecret,
      keepTokens: true,
    },
  })
})
beforeEach(() => {
  peer.behave()
  github.user = { id: crypto.randomUUID(), login: 'x' }
  github.emails = []
})
afterAll(async () => {
  for (const each of [peer, github, company]) each?.close()
  await server?.stop()
})

const identities = '/api/v1/auth/identities'
const begin = (token: string, provider = 'peer', body: object = { redirectTo: app }) =>
  server.request('POST', `${identities}/${provider}`, { token, body })
const finish = (token: string, code: string) => server.request('POST', identities, { token, body: { code } })
const list = async (token: string) => (await server.request('GET', identities, { token })).json.data
const unlink = (token: string, id: string) => server.request('DELETE', `${identities}/${id}`, { token })

/** Sends a browser the way of a link; gives the code it comes back with. */
async function linkCode(token: string, provider = 'peer', browser = new Browser()): Promise<string> {
  const { json, status, text } = await begin(token, provider)
  expect(status, text).toBe(200)
  const url = json.data.url.replace(server.config.publicUrl, server.url)
  return (await browser.follow(url, app)).searchParams.get('code')!
}

async function link(person: Person, provider = 'peer'): Promise<string> {
  const linked = await finish(person.accessToken, await linkCode(person.accessToken, provider))
  expect(linked.status, linked.text).toBe(201)
  return linked.json.data.id
}

describe('linking', () => {
  it('adds a way to sign in, whatever address the provider names', async () => {
    const person = await signUp(server)
    peer.person = { sub: crypto.randomUUID(), email: 'else@example.com', email_verified: false }
    const id = await link(person)
    expect(await list(person.accessToken)).toEqual([
      {
        id,
        provider: 'peer',
        email: 'else@example.com',
        createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
        lastUsedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      },
    ])
    expect((await signInBy(server, 'peer')).json.data.user.id).toBe(person.id)
    expect((await me(server, person.accessToken)).status).toBe(200)
    expect(await link(person)).toBe(id)
  })

  it('refuses an identity that is somebody else’s', async () => {
    const [one, two] = [await signUp(server), await signUp(server)]
    peer.person = { sub: crypto.randomUUID() }
    await link(one)
    const refused = await finish(two.accessToken, await linkCode(two.accessToken))
    expect(refused.json).toMatchObject({ status: 409, code: 'conflict' })
    expect((await signInBy(server, 'peer')).json.data.user.id).toBe(one.id)
  })

  it('is finished by the user who began it, and by nobody else', async () => {
    const [attacker, victim] = [await signUp(server), await signUp(server)]
    peer.person = { sub: crypto.randomUUID() }
    const ofAttacker = await linkCode(attacker.accessToken)
    expect((await finish(victim.accessToken, ofAttacker)).json).toMatchObject({ status: 401, code: 'invalid_secret' })
    const again = await linkCode(attacker.accessToken)
    expect((await exchange(server, again)).json).toMatchObject({ code: 'invalid_secret' })
    const third = await linkCode(attacker.accessToken)
    expect((await exchange(server, third, { token: victim.accessToken })).json).toMatchObject({
      code: 'invalid_secret',
    })
    const toSignIn = (await walk(server, 'peer')).get('code')!
    expect((await finish(victim.accessToken, toSignIn)).json).toMatchObject({ code: 'invalid_secret' })
    expect(await list(victim.accessToken)).toEqual([])
    expect(await list(attacker.accessToken)).toEqual([])
  })

  it('begins once by each link, at the provider it is for', async () => {
    const { accessToken } = await signUp(server)
    const { url } = (await begin(accessToken)).json.data
    const here = url.replace(server.config.publicUrl, server.url)
    expect((await new Browser().ask(here.replace('/peer?', '/github?'))).status).toBe(401)
    const other = (await begin(accessToken)).json.data.url.replace(server.config.publicUrl, server.url)
    const answers = await Promise.all(Array.from({ length: 50 }, () => new Browser().ask(other)))
    expect(answers.filter(({ status }) => status === 302)).toHaveLength(1)
    expect((await begin(accessToken, 'unknown')).status).toBe(404)
    expect((await begin(accessToken, 'peer', { redirectTo: 'https://evil.example.com' })).status).toBe(400)
    expect((await server.request('POST', `${identities}/peer`, { body: {} })).status).toBe(401)
  })

  it('asks for a fresh proof', async () => {
    const { accessToken, id } = await signUp(server)
    peer.person = { sub: crypto.randomUUID() }
    const linked = (await finish(accessToken, await linkCode(accessToken))).json.data.id
    const age = `update holdfast.sessions set proven_at = now() - interval '1 hour' where user_id = $1`
    await server.database.run({ text: age, values: [id] })
    expect((await begin(accessToken)).json).toMatchObject({ status: 403, code: 'step_up_required' })
    expect((await unlink(accessToken, linked)).json).toMatchObject({ status: 403, code: 'step_up_required' })
  })

  it('notes that the address is proven where the provider proves the same one', async () => {
    const person = await signUp(server)
    peer.person = { sub: crypto.randomUUID(), email: person.email, email_verified: true }
    await link(person)
    const verified = 'select verified_email from holdfast.accounts where user_id = $1'
    expect((await server.database.run({ text: verified, values: [person.id] })).rows).toEqual([[person.email]])
    const login = await server.request('POST', '/api/v1/auth/login', { body: { email: person.email, password } })
    expect(login.status).toBe(200)
  })
})

describe('unlinking', () => {
  it('takes the way to sign in away', async () => {
    const person = await signUp(server)
    peer.person = { sub: crypto.randomUUID() }
    const id = await link(person)
    expect((await unlink(person.accessToken, id)).status).toBe(204)
    expect(await list(person.accessToken)).toEqual([])
    expect((await signInBy(server, 'peer')).json.data.user.id).not.toBe(person.id)
    expect((await unlink(person.accessToken, id)).status).toBe(404)
  })

  it('knows nothing of the identities of others', async () => {
    const [one, two] = [await signUp(server), await signUp(server)]
    peer.person = { sub: crypto.randomUUID() }
    const id = await link(one)
    expect((await unlink(two.accessToken, id)).status).toBe(404)
    expect(await list(one.accessToken)).toHaveLength(1)
  })

  it('never takes the last way in, also not two at once', async () => {
    peer.person = { sub: crypto.randomUUID() }
    const { json } = await signInBy(server, 'peer')
    const { accessToken } = json.data
    const [first] = await list(accessToken)
    expect((await unlink(accessToken, first.id)).json).toMatchObject({ status: 409, code: 'conflict' })
    const second = (await finish(accessToken, await linkCode(accessToken, 'github'))).json.data
    const answers = await Promise.all([first, second].map(({ id }) => unlink(accessToken, id)))
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409])
    expect(await list(accessToken)).toHaveLength(1)
  })

  it('counts no provider that is switched off', async () => {
    const settings = { kind: 'github', issuer: github.url, clientId: 'gh', clientSecret: 'github secret' }
    peer.person = { sub: crypto.randomUUID() }
    const { accessToken } = (await signInBy(server, 'peer')).json.data
    const [first] = await list(accessToken)
    await finish(accessToken, await linkCode(accessToken, 'github'))
    await configure(server, admin, { github: { ...settings, enabled: false } })
    expect((await unlink(accessToken, first.id)).status).toBe(409)
    await configure(server, admin, { github: { ...settings, enabled: true } })
    expect((await unlink(accessToken, first.id)).status).toBe(204)
  })
})

describe('an anonymous user', () => {
  const anonymous = async () => (await server.request('POST', '/api/v1/auth/anonymous', { body: {} })).json.data

  it('becomes a person in place, by a sign-in they began themselves', async () => {
    const visitor = await anonymous()
    const email = newEmail()
    peer.person = { sub: crypto.randomUUID(), email, email_verified: true }
    const { json, status, text } = await signInBy(server, 'peer', { token: visitor.accessToken })
    expect(status, text).toBe(200)
    expect(json.data.user).toMatchObject({ id: visitor.user.id, email })
    expect((await me(server, visitor.accessToken)).status).toBe(401)
    expect((await signInBy(server, 'peer')).json.data.user.id).toBe(visitor.user.id)
  })

  it('and by a link', async () => {
    const visitor = await anonymous()
    peer.person = { sub: crypto.randomUUID() }
    const code = await linkCode(visitor.accessToken)
    const { json } = await exchange(server, code, { token: visitor.accessToken })
    expect(json.data.user.id).toBe(visitor.user.id)
  })

  it('does not by a code that somebody else began', async () => {
    const visitor = await anonymous()
    peer.person = { sub: crypto.randomUUID() }
    const ofAttacker = (await walk(server, 'peer')).get('code')!
    const { json } = await exchange(server, ofAttacker, { token: visitor.accessToken })
    expect(json.data.user.id).not.toBe(visitor.user.id)
    expect((await me(server, visitor.accessToken)).status).toBe(200)
  })

  it('stays as they are where there is an account already', async () => {
    peer.person = { sub: crypto.randomUUID() }
    const known = (await signInBy(server, 'peer')).json.data.user.id
    const visitor = await anonymous()
    const { json } = await signInBy(server, 'peer', { token: visitor.accessToken })
    expect(json.data.user.id).toBe(known)
    expect((await me(server, visitor.accessToken)).status).toBe(200)
  })
})

describe('tokens of a provider', () => {
  it('are kept encrypted, renewed, and handed to admins only', async () => {
    company.people.set('keeper', { email: newEmail(), email_verified: true })
    company.person = 'keeper'
    const signedIn = await signInBy(server, 'company')
    expect(signedIn.status, signedIn.text).toBe(200)
    const { accessToken, user } = signedIn.json.data
    const [{ id }] = await list(accessToken)
    const path = `/api/v1/admin/users/${user.id}/identities/${id}/token`
    expect((await server.request('GET', path, { token: accessToken })).status).toBe(403)
    const renewals = company.asked.get('/token')!
    // The access token is good for less than a minute, so it is renewed before it is handed out: once for all who ask.
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => server.request('GET', path, { token: admin.token })),
    )
    for (const { status, text } of answers) expect(status, text).toBe(200)
    const tokens = new Set(answers.map(({ json }) => json.data.accessToken))
    expect(company.asked.get('/token')! - renewals).toBe(tokens.size)
    const [token] = tokens
    const told = await fetch(`${company.issuer}/me`, { headers: { authorization: `Bearer ${token}` } })
    expect(await told.json()).toMatchObject({ sub: 'keeper' })
    const stored = await server.database.run({
      text: 'select tokens from holdfast.identities where id = $1',
      values: [id],
    })
    expect(stored.rows[0]![0]).not.toContain(token)
    const shown = await server.request('GET', identities, { token: accessToken })
    expect(shown.text).not.toMatch(/token/i)
  })

  it('are not sent to another provider that has the name now', async () => {
    company.people.set('mover', { email: newEmail(), email_verified: true })
    company.person = 'mover'
    const { accessToken, user } = (await signInBy(server, 'company')).json.data
    const [{ id }] = await list(accessToken)
    const { issuer, clientId, clientSecret } = company
    await configure(server, admin, { company: { issuer: peer.issuer, clientId, clientSecret } })
    const asked = peer.tokenRequests.length
    const path = `/api/v1/admin/users/${user.id}/identities/${id}/token`
    expect((await server.request('GET', path, { token: admin.token })).status).toBe(409)
    expect(peer.tokenRequests).toHaveLength(asked)
    await configure(server, admin, { company: { issuer, clientId, clientSecret } })
    expect((await server.request('GET', path, { token: admin.token })).status).toBe(200)
  })

  it('are not there where nobody asked to keep them', async () => {
    peer.person = { sub: crypto.randomUUID() }
    const { accessToken, user } = (await signInBy(server, 'peer')).json.data
    const [{ id }] = await list(accessToken)
    const path = `/api/v1/admin/users/${user.id}/identities/${id}/token`
    expect((await server.request('GET', path, { token: admin.token })).status).toBe(404)
    const foreign = `/api/v1/admin/users/${admin.id}/identities/${id}/token`
    expect((await server.request('GET', foreign, { token: admin.token })).status).toBe(404)
  })
})
