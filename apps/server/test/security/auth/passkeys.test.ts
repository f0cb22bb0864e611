import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addTotp, beginSignIn, fromAnywhere } from '../../api/auth/authenticator.js'
import { addPasskey, begin, post, signInBy } from '../../api/auth/passkeys/passkey-requests.js'
import { type Bends, cborBytes, cborText, otherKey, SoftwarePasskey } from '../../api/auth/passkeys/software-passkey.js'
import { adminEnv, type Person, signInAdmin, signUp } from '../../api/auth/people.js'
import { startServer, type TestResponse, type TestServer } from '../../support/index.js'

const origin = 'https://app.example.com'
const other = 'https://evil.example.com'

let server: TestServer
let admin: Person
beforeAll(async () => {
  server = await startServer({ ...adminEnv, PUBLIC_URL: 'https://app.example.com', TRUSTED_PROXIES: '127.0.0.1' })
  admin = await signInAdmin(server)
})
afterAll(async () => {
  await server?.stop()
})

const settings = (body: object) =>
  server.request('PATCH', '/api/v1/admin/settings/auth.passkeys', { token: admin.accessToken, body })
const parallel = (count: number, ask: () => Promise<TestResponse>): Promise<TestResponse[]> =>
  Promise.all(Array.from({ length: count }, ask))
const successes = (answers: readonly TestResponse[]) => answers.filter(({ status }) => status < 300).length
const refused = { status: 401, code: 'invalid_secret' }

async function personWithPasskey(): Promise<{ person: Person; passkey: SoftwarePasskey; id: string }> {
  const person = await signUp(server)
  const passkey = new SoftwarePasskey(origin)
  return { person, passkey, id: await addPasskey(server, person, passkey) }
}

describe('A140: an assertion of a passkey', () => {
  it('signs in when it is as it should be', async () => {
    const { person, passkey } = await personWithPasskey()
    expect((await signInBy(server, passkey)).json.data.user.id).toBe(person.id)
  })

  const bends: [string, (context: { passkey: SoftwarePasskey }) => Bends][] = [
    ['of another origin', () => ({ origin: other })],
    ['of an origin that begins alike', () => ({ origin: `${origin}.evil.example` })],
    ['of another port', () => ({ origin: `${origin}:8443` })],
    ['over plain HTTP', () => ({ origin: 'http://app.example.com' })],
    ['in a frame of another site', () => ({ crossOrigin: true, topOrigin: other })],
    ['for another site', () => ({ rpId: 'evil.example.com' })],
    ['for a site above', () => ({ rpId: 'example.com' })],
    ['of a registration', () => ({ type: 'webauthn.create' })],
    ['for another challenge', () => ({ challenge: Buffer.alloc(32, 7).toString('base64url') })],
    ['for no challenge', () => ({ challenge: '' })],
    ['without anybody present', () => ({ present: false })],
    ['signed by another key', () => ({ key: otherKey() })],
    ['with a counter of before', ({ passkey }) => ({ counter: passkey.counter - 1 })],
    ['with no counter any more', () => ({ counter: 0 })],
    [
      'for another user',
      () => ({ userHandle: Buffer.from('01890000-0000-7000-8000-000000000001').toString('base64url') }),
    ],
    ['for nobody', () => ({ userHandle: undefined })],
    ['of a passkey nobody has', () => ({ credentialId: Buffer.alloc(32, 9) })],
  ]
  it.each(bends)('%s is refused', async (_, bend) => {
    const { passkey } = await personWithPasskey()
    expect((await signInBy(server, passkey)).status).toBe(200)
    const answer = await signInBy(server, passkey, bend({ passkey }))
    expect(answer.json).toMatchObject({ ...refused, detail: 'The passkey does not prove who you are' })
    expect((await signInBy(server, passkey)).status).toBe(200)
  })

  it('by the key of another passkey is refused', async () => {
    const [ada, mallory] = [await personWithPasskey(), await personWithPasskey()]
    const { challengeId, options } = await begin(server, 'passkeys/options')
    const forged = mallory.passkey.prove(options, {
      credentialId: ada.passkey.credentialId,
      userHandle: Buffer.from(ada.person.id).toString('base64url'),
    })
    expect((await post(server, 'passkeys/verify', { challengeId, response: forged })).json).toMatchObject(refused)
  })

  it('is good once, of fifty who show it at once', async () => {
    const { passkey } = await personWithPasskey()
    const { challengeId, options } = await begin(server, 'passkeys/options')
    const body = { challengeId, response: passkey.prove(options) }
    const answers = await parallel(50, () => post(server, 'passkeys/verify', body))
    expect(successes(answers)).toBe(1)
    expect((await post(server, 'passkeys/verify', body)).json).toMatchObject(refused)
  })

  it('uses the challenge up when it fails, too', async () => {
    const { passkey } = await personWithPasskey()
    const { challengeId, options } = await begin(server, 'passkeys/options')
    const wrong = passkey.prove(options, { origin: other })
    expect((await post(server, 'passkeys/verify', { challengeId, response: wrong })).json).toMatchObject(refused)
    const right = passkey.prove(options)
    expect((await post(server, 'passkeys/verify', { challengeId, response: right })).json).toMatchObject(refused)
  })

  it('for a challenge that is too old is refused', async () => {
    const { passkey } = await personWithPasskey()
    const { challengeId, options } = await begin(server, 'passkeys/options')
    const left = await server.database.run({
      text: `with old as (
          update holdfast.one_time_secrets set expires_at = now() where purpose = 'passkey'
          returning extract(epoch from expires_at - created_at))
        select count(*)::int from old`,
      values: [],
    })
    expect(left.rows[0]![0]).toBeGreaterThan(0)
    expect(
      (await post(server, 'passkeys/verify', { challengeId, response: passkey.prove(options) })).json,
    ).toMatchObject(refused)
  })

  it('lives five minutes at most, over 32 random bytes', async () => {
    const { options } = await begin(server, 'passkeys/options')
    expect(Buffer.from(options.challenge, 'base64url')).toHaveLength(32)
    const { rows } = await server.database.run({
      text: `select max(extract(epoch from expires_at - created_at))::float8 from holdfast.one_time_secrets where purpose = 'passkey'`,
      values: [],
    })
    expect(rows[0]![0]).toBeLessThanOrEqual(300)
  })

  it('made for one thing is nothing for another', async () => {
    const { person, passkey } = await personWithPasskey()
    await addTotp(server, person)
    const mfaToken = await beginSignIn(server, person)
    const ceremonies = {
      signIn: ['passkeys/options', {}, 'passkeys/verify', {}],
      mfa: ['mfa/passkey/options', { mfaToken }, 'mfa/passkey/verify', { mfaToken }],
      stepUp: ['step-up/passkey/options', {}, 'step-up', {}],
    } as const
    for (const [from, [path, body]] of Object.entries(ceremonies))
      for (const [to, [, , verify, more]] of Object.entries(ceremonies)) {
        if (from === to) continue
        const { challengeId, options } = await begin(server, path, body, from === 'stepUp' ? person : undefined)
        const proof = { challengeId, response: passkey.prove(options), ...more }
        const answer = await post(server, verify, proof, to === 'stepUp' ? person : undefined)
        expect(answer.json, `${from} to ${to}`).toMatchObject({ ...refused, errors: [{ path: 'challengeId' }] })
      }
  })

  it('made in one session or sign-in is nothing in another', async () => {
    const { person, passkey } = await personWithPasskey()
    const { app } = await addTotp(server, person)
    const [first, second] = [await beginSignIn(server, person), await beginSignIn(server, person)]
    const ofFirst = await begin(server, 'mfa/passkey/options', { mfaToken: first })
    const swapped = {
      challengeId: ofFirst.challengeId,
      response: passkey.prove(ofFirst.options),
      mfaToken: second,
    }
    expect((await post(server, 'mfa/passkey/verify', swapped)).json).toMatchObject(refused)

    const verified = await server.request('POST', '/api/v1/auth/mfa/verify', {
      headers: fromAnywhere(),
      body: { mfaToken: second, code: await app.freshCode() },
    })
    const elsewhere = { ...person, accessToken: verified.json.data.accessToken }
    const stepUp = await begin(server, 'step-up/passkey/options', {}, person)
    const proof = { challengeId: stepUp.challengeId, response: passkey.prove(stepUp.options) }
    expect((await post(server, 'step-up', proof, elsewhere)).json).toMatchObject(refused)
  })

  it('of another user is no second factor', async () => {
    const [ada, mallory] = [await personWithPasskey(), await personWithPasskey()]
    await addTotp(server, ada.person)
    const mfaToken = await beginSignIn(server, ada.person)
    for (const bend of [{}, { userHandle: undefined }, { credentialId: ada.passkey.credentialId }]) {
      const { challengeId, options } = await begin(server, 'mfa/passkey/options', { mfaToken })
      const body = { mfaToken, challengeId, response: mallory.passkey.prove(options, bend) }
      expect((await post(server, 'mfa/passkey/verify', body)).json).toMatchObject(refused)
    }
  })

  it('that did not verify its user is one factor, and not two by being shown twice', async () => {
    const { person, passkey } = await personWithPasskey()
    await addTotp(server, person)
    const { mfaToken } = (await signInBy(server, passkey, { verified: false })).json.data
    const { challengeId, options } = await begin(server, 'mfa/passkey/options', { mfaToken })
    expect(options.userVerification).toBe('required')
    const again = { mfaToken, challengeId, response: passkey.prove(options, { verified: false }) }
    expect((await post(server, 'mfa/passkey/verify', again)).json).toMatchObject(refused)
    const stepUp = await begin(server, 'step-up/passkey/options', {}, person)
    const proof = { challengeId: stepUp.challengeId, response: passkey.prove(stepUp.options, { verified: false }) }
    expect((await post(server, 'step-up', proof, person)).json).toMatchObject(refused)
  })

  it('must verify its user where admins want that, whatever the browser was told', async () => {
    const { passkey } = await personWithPasskey()
    await settings({ userVerification: 'required' })
    const { challengeId, options } = await begin(server, 'passkeys/options')
    await settings({ userVerification: null })
    const response = passkey.prove({ ...options, userVerification: 'discouraged' }, { verified: false })
    expect((await post(server, 'passkeys/verify', { challengeId, response })).json).toMatchObject(refused)
  })

  it('of a disabled account, or of a passkey that was removed meanwhile, signs nobody in', async () => {
    const { person, passkey, id } = await personWithPasskey()
    const { challengeId, options } = await begin(server, 'passkeys/options')
    const response = passkey.prove(options)
    const removed = await server.request('DELETE', `/api/v1/auth/passkeys/${id}`, { token: person.accessToken })
    expect(removed.status).toBe(204)
    expect((await post(server, 'passkeys/verify', { challengeId, response })).json).toMatchObject(refused)

    const disabled = await personWithPasskey()
    await server.database.run({
      text: 'insert into holdfast.accounts (user_id, disabled_at) values ($1, now())',
      values: [disabled.person.id],
    })
    expect((await signInBy(server, disabled.passkey)).json.code).toBe('account_disabled')
  })
})

describe('A141: a registration of a passkey', () => {
  it('of one that another user has is refused, and takes nothing from them', async () => {
    const { person, passkey } = await personWithPasskey()
    const mallory = await signUp(server)
    const twin = new SoftwarePasskey(origin, passkey.credentialId)
    const { challengeId, options } = await begin(server, 'passkeys/register/options', {}, mallory)
    const answer = await post(server, 'passkeys/register', { challengeId, response: twin.register(options) }, mallory)
    expect(answer.json.code).toBe('conflict')
    expect((await signInBy(server, passkey)).json.data.user.id).toBe(person.id)
  })

  it('is finished in the session that began it, once, of fifty who try at once', async () => {
    const [ada, mallory] = [await signUp(server), await signUp(server)]
    const { challengeId, options } = await begin(server, 'passkeys/register/options', {}, mallory)
    const body = { challengeId, response: new SoftwarePasskey(origin).register(options) }
    expect((await post(server, 'passkeys/register', body, ada)).json).toMatchObject(refused)
    expect((await post(server, 'passkeys/register', body)).json.code).toBe('unauthenticated')

    const own = await begin(server, 'passkeys/register/options', {}, mallory)
    const ownBody = { challengeId: own.challengeId, response: new SoftwarePasskey(origin).register(own.options) }
    const answers = await parallel(50, () => post(server, 'passkeys/register', ownBody, mallory))
    expect(successes(answers)).toBe(1)
  })

  it('needs a fresh proof', async () => {
    const person = await signUp(server)
    await server.database.run({
      text: `update holdfast.sessions set proven_at = now() - interval '1 hour' where user_id = $1`,
      values: [person.id],
    })
    expect((await post(server, 'passkeys/register/options', {}, person)).json.code).toBe('step_up_required')
  })

  const certified = (): Bends => {
    const statement = [cborText('alg'), Buffer.from([0x26]), cborText('sig'), cborBytes(Buffer.alloc(70, 1))]
    const chain = [cborText('x5c'), Buffer.from([0x81]), cborBytes(Buffer.from('a certificate'))]
    return { statement: { format: 'packed', cbor: Buffer.concat([Buffer.from([0xa3]), ...statement, ...chain]) } }
  }
  const bends: [string, () => Bends][] = [
    ['of another origin', () => ({ origin: other })],
    ['for another site', () => ({ rpId: 'evil.example.com' })],
    ['of an assertion', () => ({ type: 'webauthn.get' })],
    ['for another challenge', () => ({ challenge: Buffer.alloc(32, 7).toString('base64url') })],
    ['without anybody present', () => ({ present: false })],
    ['of an algorithm that was not asked for', () => ({ algorithm: -65535 })],
    ['that states an authenticator with certificates of its own', certified],
    ['of a format that is none', () => ({ statement: { format: 'android-safetynet', cbor: Buffer.from([0xa0]) } })],
  ]
  it.each(bends)('%s is refused', async (_, bend) => {
    const person = await signUp(server)
    const { challengeId, options } = await begin(server, 'passkeys/register/options', {}, person)
    const response = new SoftwarePasskey(origin).register(options, bend())
    const answer = await post(server, 'passkeys/register', { challengeId, response }, person)
    expect(answer.json).toMatchObject({ status: 422, code: 'validation_failed', errors: [{ path: 'response' }] })
    const list = await server.request('GET', '/api/v1/auth/passkeys', { token: person.accessToken })
    expect(list.json.data).toEqual([])
  })

  it('is held to the options of the server, whatever the browser made of them', async () => {
    await settings({ userVerification: 'required' })
    const person = await signUp(server)
    const { challengeId, options } = await begin(server, 'passkeys/register/options', {}, person)
    expect(options.authenticatorSelection).toMatchObject({ userVerification: 'required', residentKey: 'required' })
    await settings({ userVerification: null })
    const weakened = { ...options, authenticatorSelection: { userVerification: 'discouraged' } }
    const response = new SoftwarePasskey(origin).register(weakened, { verified: false })
    const answer = await post(server, 'passkeys/register', { challengeId, response }, person)
    expect(answer.json.code).toBe('validation_failed')
  })

  it('is of no use to an admin who acts as the user, nor to an API key', async () => {
    const person = await signUp(server)
    await server.database.run({
      text: `update holdfast.sessions set acting_session_id =
        (select id from holdfast.sessions where user_id = $2 and revoked_at is null limit 1) where user_id = $1`,
      values: [person.id, admin.id],
    })
    for (const [method, path] of [
      ['POST', 'passkeys/register/options'],
      ['POST', 'mfa/totp'],
      ['POST', 'mfa/recovery-codes'],
      ['POST', 'step-up'],
    ] as const) {
      const request = { token: person.accessToken, body: path === 'step-up' ? { password: 'x' } : {} }
      const answer = await server.request(method, `/api/v1/auth/${path}`, { ...request, headers: fromAnywhere() })
      expect(answer.json.code, path).toBe('forbidden')
    }
  })
})

describe('A142: passkeys of others', () => {
  it('are neither renamed nor removed nor told', async () => {
    const ada = await personWithPasskey()
    const mallory = await personWithPasskey()
    const path = `/api/v1/auth/passkeys/${ada.id}`
    const token = mallory.person.accessToken
    expect((await server.request('PATCH', path, { token, body: { name: 'mine' } })).status).toBe(404)
    expect((await server.request('DELETE', path, { token })).status).toBe(404)
    expect((await server.request('DELETE', `/api/v1/auth/mfa/${ada.id}`, { token })).status).toBe(404)
    const { text } = await server.request('GET', '/api/v1/auth/passkeys', { token })
    expect(text).not.toContain(ada.id)
    const list = await server.request('GET', '/api/v1/auth/passkeys', { token: ada.person.accessToken })
    expect(list.json.data).toMatchObject([{ id: ada.id, name: 'Passkey' }])
  })

  it('stay where they are the only way in', async () => {
    const { person, id } = await personWithPasskey()
    const text = 'delete from holdfast.credentials where user_id = $1'
    await server.database.run({ text, values: [person.id] })
    for (const path of ['passkeys', 'mfa']) {
      const answer = await server.request('DELETE', `/api/v1/auth/${path}/${id}`, { token: person.accessToken })
      expect(answer.json.code).toBe('conflict')
    }
  })
})
