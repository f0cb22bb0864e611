import { request as httpRequest } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  base64url,
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  type JWTHeaderParameters,
  SignJWT,
} from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SigningKeys } from '../../../src/auth/index.js'
import { adminEnv, me, type Person, refresh, signUp } from '../../api/auth/people.js'
import { startServer, type TestServer } from '../../support/index.js'

let server: TestServer
let person: Person
beforeAll(async () => {
  server = await startServer(adminEnv)
  person = await signUp(server)
})
afterAll(() => server.stop())

interface Key {
  readonly kid: string
  readonly jwk: JWK
}

function currentKey(): Key {
  const { kid, privateJwk } = server.app.get(SigningKeys).current
  return { kid, jwk: privateJwk! }
}

const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString())

/** A token like the person's own, signed with the server's key, with some things changed. */
async function forge(claims: Record<string, unknown> = {}, header: Partial<JWTHeaderParameters> = {}): Promise<string> {
  const { kid, jwk } = currentKey()
  const payload = { ...claimsOf(person.accessToken), ...claims }
  return new SignJWT(JSON.parse(JSON.stringify(payload)))
    .setProtectedHeader({ alg: 'EdDSA', kid, typ: 'at+jwt', ...header })
    .sign(await importJWK(jwk, 'EdDSA'))
}

const encode = (value: unknown): string => base64url.encode(JSON.stringify(value))

async function expectRefused(token: string, code = 'unauthenticated'): Promise<void> {
  const { status, json, headers } = await me(server, token)
  expect([status, json.code]).toEqual([401, code])
  expect(headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
}

describe('A112: a forged access token', () => {
  it('would be taken if it were not for what is wrong with it', async () => {
    expect((await me(server, await forge())).status).toBe(200)
  })

  it('is refused without a signature', async () => {
    const { kid } = currentKey()
    for (const alg of ['none', 'None', 'NONE', 'nOnE'])
      for (const signature of ['', 'AAAA'])
        expect(
          (
            await me(
              server,
              `${encode({ alg, kid, typ: 'at+jwt' })}.${encode(claimsOf(person.accessToken))}.${signature}`,
            )
          ).status,
        ).toBe(401)
  })

  it('is refused when a public value is its secret', async () => {
    const { kid, jwk } = currentKey()
    const secrets = [jwk.x!, base64url.decode(jwk.x!), JSON.stringify(jwk), ' ']
    for (const secret of secrets) {
      const key = typeof secret === 'string' ? new TextEncoder().encode(secret) : secret
      const token = await new SignJWT(claimsOf(person.accessToken))
        .setProtectedHeader({ alg: 'HS256', kid, typ: 'at+jwt' })
        .sign(key)
      await expectRefused(token)
    }
  })

  it('is refused with a key of its own, however it names it', async () => {
    const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true })
    const jwk = await exportJWK(publicKey)
    const { kid } = currentKey()
    const sign = (header: object) =>
      new SignJWT(claimsOf(person.accessToken))
        .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', ...header })
        .sign(privateKey)
    await expectRefused(await sign({ kid }))
    await expectRefused(await sign({ kid, jwk }))
    await expectRefused(await sign({ kid: await calculateJwkThumbprint(jwk) }))
    await expectRefused(await sign({ kid, jku: 'https://evil.example/jwks.json' }))
    await expectRefused(await sign({ kid, x5u: 'https://evil.example/cert.pem' }))
    for (const odd of ['../../dev/null', '', "' or 1=1 --", '__proto__', 'constructor'])
      await expectRefused(await sign({ kid: odd }))
    await expectRefused(await sign({}))
  })

  it.each([
    ['a critical extension nobody knows', {}, { crit: ['exp2'], exp2: 1 }],
    ['the type of other tokens', {}, { typ: 'JWT' }],
    ['no type', {}, { typ: undefined }],
    ['another issuer', { iss: 'https://evil.example' }, {}],
    ['another audience', { aud: 'mail' }, {}],
    ['no audience', { aud: undefined }, {}],
    ['no subject', { sub: undefined }, {}],
    ['another subject', { sub: '01980000-0000-7000-8000-000000000000' }, {}],
    ['a subject of another type', { sub: undefined, SUB: 'x' }, {}],
    ['no session', { sid: undefined }, {}],
    ['a session of another type', { sid: { $ne: null } }, {}],
    ['no expiry', { exp: undefined }, {}],
    ['a time it is not yet valid at', { nbf: 4_000_000_000 }, {}],
  ])('is refused with %s', async (_, claims, header) => {
    const token = await forge(claims, header as never).catch(() => undefined)
    if (token !== undefined) await expectRefused(token)
  })

  it('is refused when it has expired, and says so', async () => {
    await expectRefused(await forge({ exp: Math.floor(Date.now() / 1000) - 1 }), 'token_expired')
  })

  it('is refused when one character differs, also once the right one is remembered', async () => {
    expect((await me(server, person.accessToken)).status).toBe(200)
    const [header, payload, signature] = person.accessToken.split('.') as [string, string, string]
    const twist = (text: string) => (text.startsWith('A') ? 'B' : 'A') + text.slice(1)
    for (const token of [
      `${header}.${payload}.${twist(signature)}`,
      `${header}.${payload}.${signature.slice(0, -2)}`,
      `${header}.${encode({ ...claimsOf(person.accessToken), roles: ['admin'] })}.${signature}`,
      `${person.accessToken}A`,
    ])
      await expectRefused(token)
  })

  it('cannot give itself a role: roles come from the database', async () => {
    const token = await forge({ roles: ['admin'] })
    expect((await server.request('GET', '/api/v1/admin/users', { token })).status).toBe(403)
  })
})

describe('A114: a remembered token', () => {
  it('is refused from the second it expires', async () => {
    const token = await forge({ exp: Math.floor(Date.now() / 1000) + 2 })
    expect((await me(server, token)).status).toBe(200)
    await sleep(2100)
    await expectRefused(token, 'token_expired')
  })

  it('is refused once its key is gone, and new keys are taken at once', async () => {
    const other = await startServer({
      ...adminEnv,
      DATABASE_URL: server.databaseUrl,
      PUBLIC_URL: server.config.publicUrl,
    })
    const { kid } = currentKey()
    const token = await forge()
    for (const node of [server, other]) expect((await me(node, token)).status).toBe(200)
    await server.app.get(SigningKeys).rotate('access', 0)
    const newer = await forge()
    expect(newer.split('.')[0]).not.toBe(token.split('.')[0])
    for (const node of [server, other]) expect((await me(node, newer)).status).toBe(200)
    await server.database.run({ text: 'delete from holdfast.signing_keys where id = $1', values: [kid] })
    await sleep(1000)
    for (const node of [server, other]) expect((await me(node, token)).status).toBe(401)
    for (const node of [server, other]) expect((await me(node, newer)).status).toBe(200)
    await other.stop()
    person = await signUp(server)
  })
})

describe('tokens of different purposes', () => {
  it('do not stand for each other', async () => {
    const { StartupNotices } = await import('../../../src/platform/http/index.js')
    const fresh = await startServer()
    const setup = /#token=(\S+)/.exec(fresh.app.get(StartupNotices).list().join(' '))![1]!
    const someone = await signUp(fresh)
    const asAccess = [someone.refreshToken, setup]
    const asRefresh = [someone.accessToken, setup]
    const asSetup = [someone.accessToken, someone.refreshToken]
    for (const token of asAccess) expect((await me(fresh, token)).status).toBe(401)
    for (const token of asRefresh) expect((await refresh(fresh, token)).status).toBe(401)
    for (const token of asSetup) {
      const body = { token, email: 'x@example.com', password: 'long enough' }
      expect((await fresh.request('POST', '/api/v1/admin/setup', { body })).status).toBe(401)
    }
    expect((await me(fresh, someone.accessToken)).status).toBe(200)
    expect((await refresh(fresh, someone.refreshToken)).status).toBe(200)
    await fresh.stop()
  })
})

describe('an odd Authorization header', () => {
  /** Sends headers exactly as given, which fetch does not. */
  const send = (headers: string[], path = '/api/v1/auth/me') =>
    new Promise<{ status: number; challenge?: string }>((resolve, reject) => {
      const { hostname, port } = new URL(server.url)
      const call = httpRequest({ hostname, port, path, headers: ['Host', hostname, ...headers] as never }, (answer) => {
        answer
          .resume()
          .on('end', () => resolve({ status: answer.statusCode!, challenge: answer.headers['www-authenticate'] }))
      })
      call.on('error', reject).end()
    })

  it.each([
    [''],
    ['Bearer'],
    ['Bearer '],
    ['Bearer  '],
    ['Bearer a'],
    ['Bearer a.b'],
    ['Bearer a.b.c'],
    ['Bearer a.b.c.d'],
    ['Bearer ..'],
    ['Bearer %E0%A4%A'],
    ['Bearer a.b.c, Bearer a.b.c'],
    ['Bearer eyJ\u00e9.b.c'],
    ['Basic'],
    ['Basic abc'],
    ['Basic YTpi'],
    ['Digest username="a"'],
    ['bearer null'],
    ['Bearer undefined'],
    ['sk_live_abc'],
    [`Bearer ${'a'.repeat(5000)}`],
    [`Bearer ${'a'.repeat(2000)}.${'b'.repeat(1000)}.c`],
  ])('%.40s is 401', async (header) => {
    const { status, challenge } = await send(['Authorization', header])
    expect(status).toBe(401)
    expect(challenge).toMatch(/^Bearer/)
  })

  it('counts for nothing when it comes twice', async () => {
    const good = `Bearer ${person.accessToken}`
    expect((await send(['Authorization', good])).status).toBe(200)
    expect((await send(['authorization', good, 'Authorization', good])).status).toBe(401)
    expect((await send(['Authorization', good, 'Authorization', 'Basic YTpi'])).status).toBe(401)
  })

  it('is also 401 where nobody need be signed in', async () => {
    const path = '/api/v1/collections/users/records'
    expect((await send(['Authorization', 'Bearer a.b.c'], path)).status).toBe(401)
    expect((await send(['Authorization', 'Basic YTpi'], path)).status).toBe(401)
  })

  it('may write the scheme in any case', async () => {
    expect((await send(['Authorization', `bearer ${person.accessToken}`])).status).toBe(200)
    expect((await send(['Authorization', `BEARER ${person.accessToken}`])).status).toBe(200)
  })

  it('is not replaced by a token in the URL', async () => {
    const { status } = await server.request('GET', '/api/v1/auth/me', {
      query: { access_token: person.accessToken, token: person.accessToken },
    })
    expect(status).toBeOneOf([400, 401])
  })
})
