import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import {
  configure,
  fromAnywhere,
  type HostileProvider,
  signInBy,
  startHostileProvider,
  startOauthServer,
} from '../../support/oauth/index.js'
import type { Persona } from '../../support/personas.js'
import { me, newEmail } from './people.js'

let server: TestServer
let admin: Persona
let peer: HostileProvider

beforeAll(async () => {
  ;({ server, admin } = await startOauthServer())
  peer = await startHostileProvider()
  const peerConfig = { kind: 'oidc', issuer: peer.issuer, clientId: 'holdfast', clientSecret: 's', trustEmail: true }
  await configure(server, admin, {
    peer: { ...peerConfig, nativeClientIds: ['com.example.ios', 'com.example.android'] },
  })
})
beforeEach(() => {
  peer.behave()
  peer.person = { sub: crypto.randomUUID() }
})
afterAll(async () => {
  peer?.close()
  await server?.stop()
})

const show = (body: object, token?: string) =>
  server.request('POST', '/api/v1/auth/oauth/peer/token', {
    body,
    headers: fromAnywhere(),
    ...(token !== undefined && { token }),
  })
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

describe('signing in by an ID token', () => {
  it('opens the account of the subject, as the way through a browser does', async () => {
    const email = newEmail()
    peer.person = { sub: crypto.randomUUID(), email, email_verified: true }
    const native = await show({ idToken: await peer.mint({ aud: 'com.example.ios' }) })
    expect(native.status, native.text).toBe(200)
    expect(native.json.data.user).toMatchObject({ email })
    expect((await me(server, native.json.data.accessToken)).status).toBe(200)
    expect((await signInBy(server, 'peer')).json.data.user.id).toBe(native.json.data.user.id)
  })

  it('takes the nonce, plain or hashed, and wants the one that is in the token', async () => {
    for (const claims of [{ nonce: 'n-1' }, { nonce: sha256('n-1') }]) {
      expect((await show({ idToken: await peer.mint(claims), nonce: 'n-1' })).status).toBe(200)
      expect((await show({ idToken: await peer.mint({ ...claims, jti: '1' }), nonce: 'n-2' })).status).toBe(401)
      expect((await show({ idToken: await peer.mint({ ...claims, jti: '2' }) })).status).toBe(401)
    }
    expect((await show({ idToken: await peer.mint({}), nonce: 'n-1' })).status).toBe(401)
    // The hash is no nonce: whoever saw the token knows it.
    const hashed = await peer.mint({ nonce: sha256('n-3') })
    expect((await show({ idToken: hashed, nonce: sha256('n-3').toUpperCase() })).status).toBe(401)
  })

  it('asks for the address by the access token, and believes it about the same subject only', async () => {
    const email = newEmail()
    peer.userInfo = { sub: peer.person.sub, email, email_verified: true }
    const told = await show({ idToken: await peer.mint({}), accessToken: 'at' })
    expect(told.json.data.user).toMatchObject({ email })
    peer.userInfo = { sub: 'somebody else', email: 'admin@example.com', email_verified: true }
    const lied = await show({ idToken: await peer.mint({ jti: '1' }), accessToken: 'at' })
    expect(lied.json).toMatchObject({ status: 401, code: 'invalid_secret' })
  })

  it('turns an anonymous user into a person', async () => {
    const visitor = (await server.request('POST', '/api/v1/auth/anonymous', { body: {} })).json.data
    const { json } = await show({ idToken: await peer.mint({}) }, visitor.accessToken)
    expect(json.data.user.id).toBe(visitor.user.id)
  })

  it('takes each token once, also of 50 at once', async () => {
    const idToken = await peer.mint({})
    const answers = await Promise.all(Array.from({ length: 50 }, () => show({ idToken })))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    for (const { status, json } of answers)
      if (status !== 200) expect(json).toMatchObject({ status: 401, code: 'invalid_secret' })
  })

  const now = Math.floor(Date.now() / 1000)
  it.each([
    ['made for another app', { aud: 'com.evil.app' }],
    ['made for several apps, by another', { aud: ['holdfast', 'com.evil.app'], azp: 'com.evil.app' }],
    ['of another issuer', { iss: 'https://accounts.google.com' }],
    ['that has expired', { exp: now - 120 }],
    ['of nobody', { sub: '' }],
  ])('refuses one %s', async (_, claims) => {
    expect((await show({ idToken: await peer.mint(claims) })).json).toMatchObject({
      status: 401,
      code: 'invalid_secret',
    })
  })

  it.each(['none', 'foreign', 'hmac'] as const)('refuses one whose signature is %s', async (signature) => {
    peer.signature = signature
    expect((await show({ idToken: await peer.mint({}) })).json).toMatchObject({ status: 401, code: 'invalid_secret' })
  })
})
