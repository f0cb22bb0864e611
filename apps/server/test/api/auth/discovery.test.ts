import { createRemoteJWKSet, decodeProtectedHeader, exportJWK, generateKeyPair, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SigningKeys } from '../../../src/auth/index.js'
import { startServer, type TestServer } from '../../support/index.js'
import { adminEnv, me, refresh, signIn, signInAdmin, signUp, within1Second } from './people.js'

let server: TestServer
let admin: string
beforeAll(async () => {
  server = await startServer(adminEnv)
  admin = (await signInAdmin(server)).accessToken
})
afterAll(() => server.stop())

const keysPath = '/api/v1/admin/signing-keys'
const kidOf = (token: string) => decodeProtectedHeader(token).kid

interface Key {
  kid: string
  purpose: string
  state: string
}

async function listKeys(): Promise<Key[]> {
  const { json } = await server.request('GET', keysPath, { token: await adminToken() })
  return json.data
}

/** The admin's token ends whenever its key goes. */
async function adminToken(): Promise<string> {
  if ((await me(server, admin)).status === 401) admin = (await signInAdmin(server)).accessToken
  return admin
}

async function rotate(body: object = {}): Promise<Key> {
  const answer = await server.request('POST', `${keysPath}/rotate`, { token: await adminToken(), body })
  expect(answer.status, answer.text).toBe(201)
  return answer.json.data
}

const remove = async (kid: string) => server.request('DELETE', `${keysPath}/${kid}`, { token: await adminToken() })

const publishedKids = async (): Promise<string[]> => {
  const { json } = await server.request('GET', '/.well-known/jwks.json')
  return json.keys.map(({ kid }: Key) => kid)
}

describe('another service', () => {
  it('finds the keys by the issuer, verifies a token and needs nothing else', async () => {
    const { accessToken, id } = await signUp(server)
    const discovered = await server.request('GET', '/.well-known/openid-configuration')
    expect(discovered.status).toBe(200)
    expect(discovered.headers.get('cache-control')).toBe('public, max-age=300')
    const { issuer, jwks_uri, id_token_signing_alg_values_supported: algorithms } = discovered.json
    expect([issuer, algorithms]).toEqual([server.config.publicUrl, ['EdDSA']])
    const { payload } = await jwtVerify(accessToken, createRemoteJWKSet(new URL(jwks_uri)), {
      issuer,
      audience: 'holdfast',
      typ: 'at+jwt',
      algorithms,
    })
    expect(payload).toMatchObject({ sub: id, roles: [], sid: expect.any(String) })
    for (const claim of Object.keys(payload)) expect(discovered.json.claims_supported).toContain(claim)
  })

  it('is told of nothing that is not there', async () => {
    const { json } = await server.request('GET', '/.well-known/openid-configuration')
    const urls = Object.values(json).filter((value) => typeof value === 'string' && value.startsWith('http'))
    for (const url of urls) if (url !== json.issuer) expect((await fetch(url as string)).status).toBe(200)
    expect(json).not.toHaveProperty('authorization_endpoint')
    expect(json.response_types_supported).toEqual([])
  })

  it('never sees a private part of a key', async () => {
    const { json } = await server.request('GET', '/.well-known/jwks.json')
    for (const key of json.keys) expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x'])
    const { text } = await server.request('GET', keysPath, { token: await adminToken() })
    expect(text).not.toMatch(/"(d|p|q|privateJwk|x)"/)
  })
})

describe('a new key', () => {
  it('is published before it signs', async () => {
    const { accessToken } = await signUp(server)
    const next = await rotate()
    expect(next.state).toBe('published')
    expect(await publishedKids()).toContain(next.kid)
    expect(kidOf((await signUp(server)).accessToken)).toBe(kidOf(accessToken))
    await remove(next.kid)
  })

  it('signs from then on, and the one before verifies on', async () => {
    const someone = await signUp(server)
    const next = await rotate({ activeInSeconds: 0 })
    expect(next.state).toBe('signing')
    const signedIn = await signIn(server, someone.email)
    expect(kidOf(signedIn.accessToken)).toBe(next.kid)
    for (const token of [someone.accessToken, signedIn.accessToken]) expect((await me(server, token)).status).toBe(200)
    const before = (await listKeys()).find(({ kid }) => kid === kidOf(someone.accessToken))
    expect(before?.state).toBe('verifying')
  })

  it('begins on every node when its time comes, without being told', async () => {
    const other = await startServer({
      ...adminEnv,
      DATABASE_URL: server.databaseUrl,
      PUBLIC_URL: server.config.publicUrl,
    })
    const next = await rotate({ activeInSeconds: 1 })
    for (const node of [server, other])
      await expect
        .poll(async () => kidOf((await signUp(node)).accessToken), { timeout: 20_000, interval: 200 })
        .toBe(next.kid)
    const fresh = await signUp(other)
    expect((await me(server, fresh.accessToken)).status).toBe(200)
    await other.stop()
  })

  it('is for admins alone, within a day, for a purpose there is', async () => {
    const { accessToken } = await signUp(server)
    for (const [method, path] of [
      ['GET', keysPath],
      ['POST', `${keysPath}/rotate`],
      ['DELETE', `${keysPath}/01980000-0000-7000-8000-000000000000`],
    ] as const) {
      expect((await server.request(method, path)).status).toBe(401)
      expect((await server.request(method, path, { token: accessToken })).status).toBe(403)
    }
    for (const body of [{ activeInSeconds: -1 }, { activeInSeconds: 86_401 }, { purpose: 'file' }]) {
      const { status } = await server.request('POST', `${keysPath}/rotate`, { token: await adminToken(), body })
      expect(status, JSON.stringify(body)).toBe(422)
    }
  })
})

describe('a key that is taken away', () => {
  it('ends its tokens at once on every node, and the session goes on by its refresh token', async () => {
    const other = await startServer({
      ...adminEnv,
      DATABASE_URL: server.databaseUrl,
      PUBLIC_URL: server.config.publicUrl,
    })
    const someone = await signUp(server)
    for (const node of [server, other]) expect((await me(node, someone.accessToken)).status).toBe(200)
    await rotate({ activeInSeconds: 3600 })
    expect((await remove(kidOf(someone.accessToken)!)).status).toBe(204)
    expect((await me(server, someone.accessToken)).status).toBe(401)
    await within1Second(() => me(other, someone.accessToken), 401)
    const renewed = await refresh(server, someone.refreshToken)
    expect(renewed.status).toBe(200)
    expect((await me(other, renewed.json.data.accessToken)).status).toBe(200)
    await other.stop()
  })

  it('is never the last one', async () => {
    const keys = await listKeys()
    for (const { kid } of keys.slice(1)) await remove(kid)
    const [last] = await listKeys()
    const refused = await remove(last!.kid)
    expect([refused.status, refused.json.code]).toEqual([409, 'conflict'])
    expect((await remove('01980000-0000-7000-8000-000000000000')).status).toBe(404)
    expect((await remove('x')).status).toBe(400)
  })

  it('leaves one of two who are deleted at the same time', async () => {
    await rotate({ activeInSeconds: 0 })
    await adminToken()
    const keys = await listKeys()
    expect(keys).toHaveLength(2)
    const token = admin
    const answers = await Promise.all(keys.map(({ kid }) => server.request('DELETE', `${keysPath}/${kid}`, { token })))
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1)
    expect(await listKeys()).toHaveLength(1)
  })
})

describe('keys in the database', () => {
  const run = async (text: string, values: unknown[] = []) => (await server.database.run({ text, values })).rows

  it('are encrypted, also those that were there before', async () => {
    const { privateKey } = await generateKeyPair('EdDSA', { extractable: true })
    const jwk = await exportJWK(privateKey)
    const [[kid]] = (await run(
      'insert into holdfast.signing_keys (id, private_jwk) values (gen_random_uuid(), $1) returning id',
      [JSON.stringify(jwk)],
    )) as [[string]]
    await expect.poll(async () => kidOf((await signUp(server)).accessToken), { timeout: 20_000 }).toBe(kid)
    const { accessToken } = await signUp(server)
    await server.app.get(SigningKeys).renew()
    const [[text]] = (await run('select string_agg(k::text, chr(10)) from holdfast.signing_keys k')) as [[string]]
    expect(text).not.toContain(jwk.d)
    expect(text).not.toContain('"d"')
    expect((await me(server, accessToken)).status).toBe(200)
    expect(kidOf((await signUp(server)).accessToken)).toBe(kid)
  })

  it('are renewed by the job after three months, a day before the next one signs, and dropped when none needs them', async () => {
    const keys = server.app.get(SigningKeys)
    await keys.renew()
    const before = await listKeys()
    await run(
      `update holdfast.signing_keys set created_at = now() - interval '91 days', active_at = now() - interval '91 days'`,
    )
    await keys.renew()
    const [next, ...old] = await listKeys()
    expect(next?.state).toBe('published')
    expect(old.map(({ kid }) => kid)).toEqual(expect.arrayContaining([before[0]!.kid]))
    await run(`update holdfast.signing_keys set active_at = now() - interval '26 hours' where id = $1`, [next!.kid])
    await keys.renew()
    expect((await listKeys()).map(({ kid, state }) => [kid, state])).toEqual([[next!.kid, 'signing']])
  })

  it('that cannot be read under another SECRET_KEY still verify, and a new one signs', async () => {
    const someone = await signUp(server)
    const first = { ...adminEnv, DATABASE_URL: server.databaseUrl, PUBLIC_URL: server.config.publicUrl }
    const sealed = await startServer({ ...first, SECRET_KEY: 'a'.repeat(40) })
    await sealed.app.get(SigningKeys).rotate('access', 0)
    const signed = await signIn(sealed, someone.email)
    await sealed.stop()
    const other = await startServer({ ...first, SECRET_KEY: 'b'.repeat(40) })
    expect((await me(other, signed.accessToken)).status).toBe(200)
    const again = await signIn(other, someone.email)
    expect(kidOf(again.accessToken)).not.toBe(kidOf(signed.accessToken))
    expect((await me(other, again.accessToken)).status).toBe(200)
    await other.stop()
  })
})
