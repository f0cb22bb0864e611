import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { me, newEmail, password, signUp as signUpPerson } from '../../api/auth/people.js'
import type { TestServer } from '../../support/index.js'
import {
  app,
  Browser,
  configure,
  exchange,
  type GithubPeer,
  type HostileProvider,
  signInBy,
  startGithubPeer,
  startHostileProvider,
  startOauthServer,
  walk,
} from '../../support/oauth/index.js'
import { adminEmail, type Persona } from '../../support/personas.js'

let server: TestServer
let admin: Persona
let peer: HostileProvider
let other: HostileProvider
let github: GithubPeer

const trusted = () => ({ kind: 'oidc', issuer: peer.issuer, clientId: 'holdfast', clientSecret: 's', trustEmail: true })

beforeAll(async () => {
  ;({ server, admin } = await startOauthServer())
  ;[peer, other, github] = await Promise.all([startHostileProvider(), startHostileProvider(), startGithubPeer()])
  await configure(server, admin, {
    peer: trusted(),
    // The same provider under another name and another client.
    twin: { ...trusted(), clientId: 'twin' },
    plain: { ...trusted(), trustEmail: false },
    other: { ...trusted(), issuer: other.issuer },
    github: { kind: 'github', issuer: github.url, clientId: 'gh', clientSecret: 'github secret' },
  })
})
beforeEach(() => {
  peer.behave()
  other.behave()
  github.user = { id: 1, login: 'nobody' }
  github.emails = []
})
afterAll(async () => {
  for (const each of [peer, other, github]) each?.close()
  await server?.stop()
})

let count = 0
const newSubject = (): string => `subject ${++count}`
const count1 = async (text: string, values: unknown[] = []): Promise<number> =>
  (await server.database.run({ text, values })).rows[0]![0] as number
const countUsers = (): Promise<number> => count1('select count(*)::int from public.users')
const begin = (provider: string, query: Record<string, string> = {}): string =>
  `${server.url}/api/v1/auth/oauth/${provider}?${new URLSearchParams({ redirectTo: app, ...query })}`

describe('A120: whoever proves an address first owns the account', () => {
  it('wipes password, sessions and linked identities that a stranger set before', async () => {
    const email = newEmail()
    const stranger = await signUpPerson(server, email)
    const own = newSubject()
    const store = `insert into holdfast.identities (id, user_id, provider, issuer, subject) values (gen_random_uuid(), $1, 'other', $2, $3)`
    await server.database.run({ text: store, values: [stranger.id, other.issuer, own] })
    peer.person = { sub: newSubject(), email, email_verified: true }
    const owner = await signInBy(server, 'peer')
    expect(owner.json.data.user.id).toBe(stranger.id)

    expect((await me(server, stranger.accessToken)).status).toBe(401)
    const refresh = await server.request('POST', '/api/v1/auth/refresh', {
      body: { refreshToken: stranger.refreshToken },
    })
    expect(refresh.status).toBe(401)
    expect((await server.request('POST', '/api/v1/auth/login', { body: { email, password } })).status).toBe(401)
    other.person = { sub: own }
    expect((await signInBy(server, 'other')).json.data.user.id).not.toBe(stranger.id)
    expect((await me(server, owner.json.data.accessToken)).status).toBe(200)
  })

  it('leaves all as it is where the address was proven before', async () => {
    const email = newEmail()
    const owner = await signUpPerson(server, email)
    await server.database.run({
      text: 'insert into holdfast.accounts (user_id, verified_email, verified_at) values ($1, $2, now())',
      values: [owner.id, email],
    })
    peer.person = { sub: newSubject(), email, email_verified: true }
    expect((await signInBy(server, 'peer')).json.data.user.id).toBe(owner.id)
    expect((await me(server, owner.accessToken)).status).toBe(200)
    expect((await server.request('POST', '/api/v1/auth/login', { body: { email, password } })).status).toBe(200)
  })

  it('does not let a stranger keep an account that a provider named an unproven address for', async () => {
    const email = newEmail()
    const squatter = newSubject()
    peer.person = { sub: squatter, email, email_verified: false }
    const squatted = await signInBy(server, 'peer')
    expect(squatted.status).toBe(200)
    peer.person = { sub: newSubject(), email, email_verified: true }
    const owner = await signInBy(server, 'peer')
    expect(owner.json.data.user.id).toBe(squatted.json.data.user.id)
    expect((await me(server, squatted.json.data.accessToken)).status).toBe(401)
    peer.person = { sub: squatter }
    expect((await signInBy(server, 'peer')).json.data.user.id).not.toBe(owner.json.data.user.id)
  })
})

describe('A121: an address opens an account only where a trusted provider calls it verified', () => {
  it.each([[false], ['false'], ['true'], [0], [1], [null], [undefined], [{}], [[true]]])(
    'and verified is exactly true, not %j',
    async (value) => {
      for (const email of [adminEmail, (await signUpPerson(server)).email]) {
        peer.person = { sub: newSubject(), email, ...(value !== undefined && { email_verified: value }) }
        const { json } = await signInBy(server, 'peer')
        expect(json, email).toMatchObject({ status: 409, code: 'link_required' })
      }
    },
  )

  it('and the provider is trusted for it', async () => {
    peer.person = { sub: newSubject(), email: adminEmail, email_verified: true }
    expect((await signInBy(server, 'plain')).json).toMatchObject({ status: 409, code: 'link_required' })
  })

  it('and neither the user information nor the profile of GitHub says otherwise', async () => {
    peer.person = { sub: newSubject() }
    peer.userInfo = { sub: peer.person.sub, email: adminEmail, email_verified: 'true' }
    expect((await signInBy(server, 'peer')).json).toMatchObject({ code: 'link_required' })
    peer.person = { sub: newSubject() }
    peer.userInfo = { sub: 'somebody else', email: adminEmail, email_verified: true }
    expect((await walk(server, 'peer')).get('error')).toBe('provider_failed')
    github.user = { id: 2, login: 'x', email: adminEmail, email_verified: true, verified: true }
    github.emails = [{ email: adminEmail, primary: true, verified: 'true' }]
    expect((await signInBy(server, 'github')).json).toMatchObject({ code: 'link_required' })
    github.emails = [{ email: adminEmail, primary: false, verified: true }]
    const { json } = await signInBy(server, 'github')
    expect(json.data.user.email ?? null).toBeNull()
  })
})

describe('A122: what the client sends makes no profile', () => {
  it('neither at the start, nor at the callback, nor at the exchange', async () => {
    const injected = { email: adminEmail, createData: `{"email":"${adminEmail}"}`, userId: admin.id }
    for (const [name, value] of Object.entries(injected)) {
      const { status } = await server.request('GET', '/api/v1/auth/oauth/peer', { query: { [name]: value } })
      expect(status, name).toBe(400)
    }
    const email = newEmail()
    peer.person = { sub: newSubject(), email, email_verified: true }
    peer.bendAnswer = (answer) => {
      answer.set('user', JSON.stringify({ email: adminEmail, sub: 'root', name: { firstName: 'Eve' } }))
      answer.set('email', adminEmail)
    }
    const came = await walk(server, 'peer')
    const body = { code: came.get('code')!, email: adminEmail, profile: { email: adminEmail } }
    const refused = await server.request('POST', '/api/v1/auth/oauth/exchange', { body })
    expect(refused.status).toBe(400)
    const { json } = await exchange(server, came.get('code')!)
    expect(json.data.user).toMatchObject({ email })
  })
})

describe('A124: an identity is the issuer and the subject', () => {
  it('so the same subject at two providers is two people', async () => {
    const sub = newSubject()
    peer.person = { sub }
    other.person = { sub }
    const one = await signInBy(server, 'peer')
    const two = await signInBy(server, 'other')
    expect(one.json.data.user.id).not.toBe(two.json.data.user.id)
  })

  it('and the same provider set up twice is one', async () => {
    const sub = newSubject()
    peer.person = { sub }
    const one = await signInBy(server, 'peer')
    peer.bend = (claims) => ({ ...claims, aud: 'twin' })
    const two = await signInBy(server, 'twin')
    expect(one.json.data.user.id).toBe(two.json.data.user.id)
  })

  it('and a provider cannot speak for another', async () => {
    for (const iss of [other.issuer, `${peer.issuer}/`, 'https://accounts.google.com', '']) {
      peer.bend = (claims) => ({ ...claims, iss })
      expect((await walk(server, 'peer')).get('error'), iss).toBe('provider_failed')
    }
    peer.behave()
    peer.bendAnswer = (answer) => answer.set('iss', other.issuer)
    expect((await walk(server, 'peer')).get('error')).toBe('provider_failed')
    peer.behave()
    await configure(server, admin, { liar: { ...trusted(), clientSecret: 'new' } })
    peer.bendDiscovery = (metadata) => {
      metadata['issuer'] = other.issuer
    }
    expect((await server.request('GET', '/api/v1/auth/oauth/liar', { query: { redirectTo: app } })).status).toBe(503)
    await configure(server, admin, { liar: null })
  })

  it('and somebody without a subject is nobody', async () => {
    for (const sub of ['', 7, null, undefined, {}, 'x'.repeat(256)]) {
      peer.bend = (claims) => ({ ...claims, sub: sub as string, email: newEmail() })
      expect((await walk(server, 'peer')).get('error'), String(sub)).toBe('provider_failed')
    }
    for (const id of [undefined, '', null, {}, Number.NaN]) {
      github.user = { id, login: 'x' }
      expect((await walk(server, 'github')).get('error'), String(id)).toBe('provider_failed')
    }
  })
})

describe('A125: what a browser brings back belongs to what it began', () => {
  it('and is refused without a state, with a wrong one, and with one used before', async () => {
    peer.person = { sub: newSubject() }
    const browser = new Browser()
    const callback = `${server.url}/api/v1/auth/oauth/peer/callback`
    const back = await browser.follow(begin('peer'), callback)
    const ask = (query: string) => browser.ask(`${callback}?${query}`)
    const [code, state] = [back.searchParams.get('code')!, back.searchParams.get('state')!]
    for (const query of [
      '',
      `code=${code}`,
      `code=${code}&state=`,
      `code=${code}&state=x`,
      `code=${code}&state=${state.slice(0, -1)}`,
      `code=${code}&state=${state}&state=${state}`,
      `code=${code}&state[]=${state}`,
      `error=access_denied&state=hfo_${'x'.repeat(43)}`,
    ]) {
      const answer = await ask(query)
      expect(answer.status, query).toBe(400)
      expect(answer.headers.get('location')).toBeNull()
    }
    expect((await ask(back.searchParams.toString())).status).toBe(302)
    expect((await ask(back.searchParams.toString())).status).toBe(400)
  })

  it('and to this browser and no other, whichever cookies that one has', async () => {
    const callback = `${server.url}/api/v1/auth/oauth/peer/callback`
    for (const prepare of [async () => {}, async (victim: Browser) => void (await victim.ask(begin('peer')))]) {
      peer.person = { sub: newSubject() }
      const back = await new Browser().follow(begin('peer'), callback)
      const victim = new Browser()
      await prepare(victim)
      expect((await victim.ask(back.href)).status).toBe(400)
    }
  })

  it('and to the provider it began with', async () => {
    peer.person = { sub: newSubject() }
    const browser = new Browser()
    const back = await browser.follow(begin('peer'), `${server.url}/api/v1/auth/oauth/peer/callback`)
    expect((await browser.ask(back.href.replace('/peer/', '/other/'))).status).toBe(400)
    expect((await browser.ask(back.href)).status).toBe(400)
  })

  it('and to the client that is set up', async () => {
    await configure(server, admin, { moving: trusted() })
    peer.person = { sub: newSubject() }
    const browser = new Browser()
    const back = await browser.follow(begin('moving'), `${server.url}/api/v1/auth/oauth/moving/callback`)
    await configure(server, admin, { moving: { clientId: 'another' } })
    const location = (await browser.ask(back.href)).headers.get('location')!
    expect(new URL(location).searchParams.get('error')).toBe('provider_failed')
  })

  it('and its code is exchanged with the PKCE verifier that nobody saw', async () => {
    peer.person = { sub: newSubject() }
    const authorize = new URL((await new Browser().ask(begin('peer'))).headers.get('location')!)
    expect(authorize.searchParams.get('code_challenge_method')).toBe('S256')
    expect(authorize.searchParams.get('code_challenge')).toMatch(/^[\w-]{43}$/)
    expect(authorize.searchParams.get('nonce')).toMatch(/^[\w-]{43}$/)
    peer.tokenRequests.length = 0
    await walk(server, 'peer')
    expect(peer.tokenRequests).toHaveLength(1)
    expect(peer.tokenRequests[0]!.get('code_verifier')).toMatch(/^[\w-]{43}$/)
  })

  it('and of 50 who bring it at once one gets through', async () => {
    peer.person = { sub: newSubject() }
    const browser = new Browser()
    const back = await browser.follow(begin('peer'), `${server.url}/api/v1/auth/oauth/peer/callback`)
    const answers = await Promise.all(Array.from({ length: 50 }, () => browser.ask(back.href)))
    expect(answers.filter(({ status }) => status === 302)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(49)
  })
})

describe('an ID token is refused', () => {
  const bends: [string, Partial<Pick<HostileProvider, 'bend' | 'signature' | 'bendTokens'>>][] = [
    ['made for another client', { bend: (claims) => ({ ...claims, aud: 'another' }) }],
    ['made for several, and not for us', { bend: (claims) => ({ ...claims, aud: ['holdfast', 'x'], azp: 'x' }) }],
    ['without a client', { bend: ({ aud: _, ...claims }) => claims }],
    ['that has expired', { bend: (claims) => ({ ...claims, exp: Math.floor(Date.now() / 1000) - 120 }) }],
    ['that never expires', { bend: ({ exp: _, ...claims }) => claims }],
    ['that is not good yet', { bend: (claims) => ({ ...claims, nbf: Math.floor(Date.now() / 1000) + 600 }) }],
    ['of another sign-in', { bend: (claims) => ({ ...claims, nonce: 'replayed' }) }],
    ['of no sign-in', { bend: ({ nonce: _, ...claims }) => claims }],
    ['that nobody signed', { signature: 'none' }],
    ['that a stranger signed', { signature: 'foreign' }],
    ['signed by the public key', { signature: 'hmac' }],
    ['that is missing', { bendTokens: ({ id_token: _, ...answer }) => answer }],
    ['that is none', { bendTokens: (answer) => ({ ...answer, id_token: 'x.y.z' }) }],
  ]
  it.each(bends)('%s', async (_, bend) => {
    const before = await countUsers()
    peer.person = { sub: newSubject(), email: adminEmail, email_verified: true }
    Object.assign(peer, bend)
    const came = await walk(server, 'peer')
    expect([...came.keys()]).toEqual(['error'])
    expect(came.get('error')).toBe('provider_failed')
    expect(await countUsers()).toBe(before)
  })

  it('whose nonce is that of an earlier one', async () => {
    peer.person = { sub: newSubject() }
    let kept: Record<string, unknown> | undefined
    peer.bendTokens = (answer) => {
      kept = answer
      return answer
    }
    expect((await signInBy(server, 'peer')).status).toBe(200)
    peer.bendTokens = () => kept!
    expect((await walk(server, 'peer')).get('error')).toBe('provider_failed')
  })
})

describe('A126: nobody is sent where nobody allowed', () => {
  it.each([
    'https://evil.example.com',
    '//evil.example.com',
    '/\\evil.example.com',
    'https:evil.example.com',
    'https://app.example.com@evil.example.com',
    'https://app.example.com.evil.example.com',
    'http://app.example.com/signed-in',
    'https://app.example.com:8443/',
    'javascript:alert(1)',
    '%2f%2fevil.example.com',
    'https://app.example.com/\t/x',
    'https://app.example.com/\\',
    'data:text/html,x',
    'com.example.app://elsewhere',
    'com.example.app:signed-in',
    '',
  ])('%j', async (redirectTo) => {
    const { status, headers } = await server.request('GET', '/api/v1/auth/oauth/peer', { query: { redirectTo } })
    expect(status).toBe(400)
    expect(headers.get('location')).toBeNull()
  })

  it('not by an error of the provider, nor by the address of the callback', async () => {
    peer.bendAnswer = (answer) => {
      answer.delete('code')
      answer.set('error', 'access_denied')
      answer.set('error_uri', 'https://evil.example.com')
      answer.set('redirectTo', 'https://evil.example.com')
    }
    const came = await walk(server, 'peer')
    expect([...came]).toEqual([['error', 'access_denied']])
    const posted = await fetch(`${server.url}/api/v1/auth/oauth/%2f%2fevil.example.com/callback`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'state=x&code=y&next=https://evil.example.com',
      redirect: 'manual',
    })
    const location = new URL(posted.headers.get('location')!)
    expect(posted.status).toBe(303)
    expect(location.origin).toBe(server.config.publicUrl)
    expect([...location.searchParams.keys()]).toEqual(['state', 'code'])
  })
})

describe('A128: half a proof is none', () => {
  it.each([
    {},
    { code: '' },
    { code: null },
    { code: {} },
    { code: [] },
    { peer: {} },
    { provider: 'peer', idToken: 'x' },
    { code: 'x', codeVerifier: null, google: null },
  ])('%j', async (body) => {
    const { status } = await server.request('POST', '/api/v1/auth/oauth/exchange', { body })
    expect([400, 401, 422]).toContain(status)
  })

  it.each([{}, { idToken: '' }, { idToken: null }, { idToken: {} }, { accessToken: 'at' }, { idToken: 'x' }])(
    'natively: %j',
    async (body) => {
      for (const [provider, statuses] of [
        ['peer', [400, 401, 422]],
        ['github', [400, 422]],
        ['unknown', [404, 422]],
      ] as const) {
        const { status } = await server.request('POST', `/api/v1/auth/oauth/${provider}/token`, { body })
        expect(statuses, `${provider} ${status}`).toContain(status)
      }
    },
  )
})

describe('the code of a sign-in', () => {
  it('is good for one of 50 who show it at once, and for nothing afterwards', async () => {
    peer.person = { sub: newSubject() }
    const code = (await walk(server, 'peer')).get('code')!
    const answers = await Promise.all(Array.from({ length: 50 }, () => exchange(server, code)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    for (const { status, json } of answers.filter((answer) => answer.status !== 200))
      expect([status, json.code]).toEqual([401, 'invalid_secret'])
    expect(await count1('select count(*)::int from holdfast.sessions where methods = $1', [['fed']])).toBeGreaterThan(0)
  })

  it('needs the verifier of whoever began, and dies with a wrong one', async () => {
    const verifier = 'v'.repeat(43)
    for (const wrong of [undefined, 'w'.repeat(43), '']) {
      peer.person = { sub: newSubject() }
      const code = (await walk(server, 'peer', { verifier })).get('code')!
      const refused = await exchange(server, code, wrong === undefined ? {} : { verifier: wrong })
      expect([401, 422, 400]).toContain(refused.status)
      if (refused.status !== 401) continue
      expect((await exchange(server, code, { verifier })).status).toBe(401)
    }
    const code = (await walk(server, 'peer')).get('code')!
    expect((await exchange(server, code, { verifier })).status).toBe(401)
  })

  it('is no state, no bearer and no link; and none of those is a code', async () => {
    peer.person = { sub: newSubject() }
    const browser = new Browser()
    const state = new URL((await browser.ask(begin('peer'))).headers.get('location')!).searchParams.get('state')!
    expect((await exchange(server, state)).status).toBe(401)
    const code = (await walk(server, 'peer')).get('code')!
    expect((await me(server, code)).status).toBe(401)
    expect((await server.request('GET', '/api/v1/auth/oauth/peer', { query: { link: code } })).status).toBe(401)
    const callback = `${server.url}/api/v1/auth/oauth/peer/callback?code=x&state=${code}`
    expect((await browser.ask(callback)).status).toBe(400)
    expect((await exchange(server, code)).status).toBe(200)
  })

  it('is over after a minute, and a state after ten', async () => {
    peer.person = { sub: newSubject() }
    const code = (await walk(server, 'peer')).get('code')!
    const browser = new Browser()
    const back = await browser.follow(begin('peer'), `${server.url}/api/v1/auth/oauth/peer/callback`)
    const left = `select max(extract(epoch from expires_at - now()))::float8 from holdfast.one_time_secrets where purpose = $1`
    expect(await count1(left, ['oauth.code'])).toBeLessThanOrEqual(60)
    expect(await count1(left, ['oauth.state'])).toBeLessThanOrEqual(600)
    const age = `update holdfast.one_time_secrets set expires_at = now() - interval '1 second' where purpose like 'oauth.%'`
    await server.database.run({ text: age, values: [] })
    expect((await exchange(server, code)).status).toBe(401)
    expect((await browser.ask(back.href)).status).toBe(400)
  })
})

describe('A129: sign-ins beside each other share nothing', () => {
  it('also 40 of two providers at once', async () => {
    // Each browser is somebody of its own, told apart by the state it came with.
    const who = (providerPeer: HostileProvider, prefix: string) => {
      providerPeer.bend = (claims) => ({ ...claims, sub: `${prefix} ${claims['nonce']}`, email: newEmail() })
    }
    who(peer, 'peer')
    who(other, 'other')
    const ids = await Promise.all(
      Array.from({ length: 40 }, async (_, at) => {
        const provider = at % 2 === 0 ? 'peer' : 'other'
        const browser = new Browser()
        const start = await browser.ask(begin(provider))
        const authorize = start.headers.get('location')!
        const nonce = new URL(authorize).searchParams.get('nonce')
        const url = await browser.follow(authorize, app)
        const { json } = await exchange(server, url.searchParams.get('code')!)
        const subject = 'select subject from holdfast.identities where user_id = $1'
        const { rows } = await server.database.run({ text: subject, values: [json.data.user.id] })
        expect(rows).toEqual([[`${provider} ${nonce}`]])
        return json.data.user.id
      }),
    )
    expect(new Set(ids).size).toBe(40)
  })
})

describe('A130: providers are asked the one way out', () => {
  it('so nothing on the machine answers that OUTBOUND_ALLOW does not name', async () => {
    const closed = await startOauthServer({ OUTBOUND_ALLOW: '' })
    await configure(closed.server, closed.admin, {
      inside: { kind: 'oidc', issuer: peer.issuer.replace('http:', 'https:'), clientId: 'x' },
    })
    const plain = { kind: 'oidc', issuer: peer.issuer, clientId: 'x' }
    await expect(configure(closed.server, closed.admin, { plain })).rejects.toThrow('p')
    const { json } = await closed.server.request('POST', '/api/v1/admin/auth-providers/inside/test', {
      token: closed.admin.token,
    })
    expect(json.data.steps).toEqual([
      { name: 'discovery', ok: false, message: 'The host has no public address, nor one that OUTBOUND_ALLOW opens' },
    ])
    await closed.server.stop()
  })

  it('nor what a discovery leads to', async () => {
    for (const endpoint of ['token_endpoint', 'jwks_uri', 'userinfo_endpoint']) {
      await configure(server, admin, { inward: null })
      await configure(server, admin, { inward: trusted() })
      peer.person = { sub: newSubject() }
      peer.bendDiscovery = (metadata) => {
        metadata[endpoint] = 'http://127.0.0.2:1/latest/meta-data'
      }
      expect((await walk(server, 'inward')).get('error'), endpoint).toBe('provider_failed')
    }
  })
})

describe('A132: providers give only roles that are listed, below admin', () => {
  it('and takes them when they are over, but none that an admin gave', async () => {
    for (const name of ['editor', 'viewer', 'manual'])
      await server.request('POST', '/api/v1/admin/roles', { token: admin.token, body: { name } })
    const roles = { Editors: 'editor', viewers: 'viewer', both: 'manual' }
    await configure(server, admin, { groups: { ...trusted(), roleMapping: { claim: 'groups', roles } } })
    const sub = newSubject()
    const signIn = async (groups: unknown) => {
      peer.person = { sub, groups } as never
      const { json } = await signInBy(server, 'groups')
      const claims = JSON.parse(Buffer.from(json.data.accessToken.split('.')[1], 'base64url').toString())
      return { id: json.data.user.id, roles: claims.roles }
    }
    const { id, roles: first } = await signIn(['Editors', 'admin', 'owner', 'EDITORS', '__proto__', 'constructor'])
    expect(first).toEqual(['editor'])
    for (const claim of ['admin', 'editors', 'Editors ', ['ＥＤＩＴＯＲＳ'], { Editors: true }, 7, null, undefined])
      expect((await signIn(claim)).roles, JSON.stringify(claim)).toEqual([])
    const give = { token: admin.token, body: { roles: ['manual'] } }
    await server.request('PUT', `/api/v1/admin/users/${id}/roles`, give)
    expect((await signIn(['viewers', 'both'])).roles).toEqual(['manual', 'viewer'])
    expect((await signIn([])).roles).toEqual(['manual'])
  })

  it('and settings that map to admin, or by somebody who is no admin, are refused', async () => {
    for (const role of ['admin', 'user', 'public', 'anonymous']) {
      const roleMapping = { claim: 'groups', roles: { all: role } }
      await expect(configure(server, admin, { bad: { ...trusted(), roleMapping } })).rejects.toThrow(role)
    }
    const forced = { bad: { ...trusted(), roleMapping: { claim: 'groups', roles: { all: 'admin' } } } }
    const store = `update holdfast.settings set value = value || $1::jsonb where section = 'auth.providers'`
    const { clientSecret: _, ...unsealed } = forced.bad
    await server.database.run({ text: store, values: [JSON.stringify({ bad: unsealed })] })
    await vi.waitFor(async () => {
      const { json } = await server.request('GET', '/api/v1/auth/providers')
      expect(json.data.map(({ id }: { id: string }) => id)).toContain('bad')
    }, 10_000)
    peer.person = { sub: newSubject(), groups: ['all'] } as never
    const { json } = await signInBy(server, 'bad')
    await configure(server, admin, { bad: null })
    const { rows } = await server.database.run({
      text: 'select role from holdfast.user_roles where user_id = $1',
      values: [json.data.user.id],
    })
    expect(rows).toEqual([])
    const { accessToken } = await signUpPerson(server)
    for (const [method, path] of [
      ['PATCH', '/api/v1/admin/settings/auth.providers'],
      ['POST', '/api/v1/admin/auth-providers/peer/test'],
      ['GET', `/api/v1/admin/users/${admin.id}/identities/${admin.id}/token`],
    ] as const)
      expect((await server.request(method, path, { token: accessToken })).status, path).toBe(403)
  })
})

describe('A138: a provider is one factor', () => {
  it('so whoever has a second one is asked for it', async () => {
    peer.person = { sub: newSubject() }
    const { json } = await signInBy(server, 'peer')
    const enrol = `insert into holdfast.factors (id, user_id, kind, name, confirmed_at, secret)
      values (gen_random_uuid(), $1, 'totp', 'phone', now(), 'x')`
    await server.database.run({ text: enrol, values: [json.data.user.id] })
    const pending = await signInBy(server, 'peer')
    expect(Object.keys(pending.json.data).sort()).toEqual(['factors', 'mfaToken'])
    expect((await me(server, pending.json.data.mfaToken)).status).toBe(401)
  })
})

describe('answers on the way', () => {
  it('are kept by no cache, and their cookie is read by no script and no other site', async () => {
    peer.person = { sub: newSubject() }
    const browser = new Browser()
    const start = await browser.ask(begin('peer'))
    expect(start.headers.get('cache-control')).toContain('no-store')
    expect(start.headers.get('set-cookie')).toMatch(
      /^holdfast-oauth=[\w-]{43}; Path=\/; Max-Age=900; HttpOnly; SameSite=Lax$/,
    )
    const back = await browser.follow(start.headers.get('location')!, `${server.url}/api/v1/auth/oauth/peer/callback`)
    expect((await browser.ask(back.href)).headers.get('cache-control')).toContain('no-store')
  })

  it('lead to pages only', async () => {
    for (const page of ['javascript:alert(1)', 'data:text/html,x', 'ftp://127.0.0.1/x', undefined]) {
      await configure(server, admin, { odd: null })
      await configure(server, admin, { odd: trusted() })
      peer.bendDiscovery = (metadata) => {
        metadata['issuer'] = peer.issuer
        metadata['authorization_endpoint'] = page
      }
      const { status, headers } = await server.request('GET', '/api/v1/auth/oauth/odd', { query: { redirectTo: app } })
      expect(status, page).toBe(503)
      expect(headers.get('location')).toBeNull()
    }
    await configure(server, admin, { odd: null })
  })
})

describe('people who must not come in', () => {
  it('are those outside the domains that are allowed, and those whose domain nobody verified', async () => {
    await configure(server, admin, { domain: { ...trusted(), allowedDomains: ['example.org'] } })
    for (const [email, verified] of [
      ['a@example.com', true],
      ['a@example.org.evil.com', true],
      ['a@sub.example.org', true],
      ['a@example.org', false],
      [undefined, true],
    ] as const) {
      peer.person = { sub: newSubject(), ...(email && { email }), email_verified: verified }
      expect((await walk(server, 'domain')).get('error'), email).toBe('forbidden')
    }
    peer.person = { sub: newSubject(), email: `A${Date.now()}@EXAMPLE.org`, email_verified: true }
    expect((await signInBy(server, 'domain')).status).toBe(200)
  })

  it('are those whose account is disabled', async () => {
    peer.person = { sub: newSubject() }
    const { json } = await signInBy(server, 'peer')
    const disable = `insert into holdfast.accounts (user_id, disabled_at) values ($1, now())
      on conflict (user_id) do update set disabled_at = now()`
    await server.database.run({ text: disable, values: [json.data.user.id] })
    expect((await signInBy(server, 'peer')).json).toMatchObject({ status: 403, code: 'account_disabled' })
  })
})
