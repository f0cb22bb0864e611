import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { adminEnv, newEmail, signInAdmin, signUp } from '../../api/auth/people.js'
import {
  assertion,
  type Begun,
  begin,
  deliver,
  type IdpKey,
  idpIssuer,
  landing,
  metadataOf,
  newIdpKey,
  response,
  type Statement,
  sign,
} from '../../api/auth/saml-idp.js'
import { startServer, type TestServer } from '../../support/index.js'

let server: TestServer
let admin: string
let key: IdpKey
let otherKey: IdpKey
const app = 'https://app.example.com/signed-in'

beforeAll(async () => {
  key = newIdpKey()
  otherKey = newIdpKey()
  server = await startServer({ ...adminEnv, OUTBOUND_PORTS: '1-65535' })
  admin = (await signInAdmin(server)).accessToken
  await set('auth.redirects', { allow: ['https://app.example.com'] })
  await set('auth.saml', {
    acme: { metadataXml: metadataOf(key), trustEmail: true },
    other: { metadataXml: metadataOf(otherKey).replaceAll(idpIssuer, 'https://other.example/saml') },
    untrusted: { metadataXml: metadataOf(key) },
  })
})
afterAll(() => server.stop())

async function set(section: string, body: object) {
  const answer = await server.request('PATCH', `/api/v1/admin/settings/${section}`, { token: admin, body })
  expect(answer.status, answer.text).toBe(200)
}

const start = (provider = 'acme') => begin(server, provider, { redirectTo: app })
const good = (begun: Begun, said: Statement = {}) => sign(response(begun, assertion(begun, said), said), key)

/** The error the app is told; undefined where it got a code. */
async function outcome(begun: Begun, xml: string, provider = 'acme'): Promise<string | undefined> {
  const answer = await deliver(server, provider, begun, xml)
  if (answer.status !== 303) return `${answer.status} ${answer.json?.code}`
  const query = landing(answer)
  expect(query.has('code')).toBe(!query.has('error'))
  return query.get('error') ?? undefined
}

const exchange = (code: string | null) => server.request('POST', '/api/v1/auth/oauth/exchange', { body: { code } })

describe('an assertion', () => {
  it('would be taken if it were not for what is wrong with it', async () => {
    const begun = await start()
    expect(await outcome(begun, good(begun))).toBeUndefined()
  })

  it.each<[string, Statement]>([
    ['for another audience', { audience: 'https://evil.example' }],
    ['for no audience', { audience: null }],
    ['of another issuer', { issuer: 'https://evil.example/saml' }],
    ['for another receiver', { recipient: 'https://evil.example/callback' }],
    ['for another request', { inResponseTo: '_other' }],
    ['for no request', { inResponseTo: null }],
    ['in an envelope for another request', { outerInResponseTo: '_other' }],
    ['that is over', { notOnOrAfterSeconds: -30 }],
    ['that is not valid yet', { notBeforeSeconds: 60 }],
    ['that nobody may bear', { method: 'urn:oasis:names:tc:SAML:2.0:cm:sender-vouches' }],
    ['of somebody who is another each time', { format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient' }],
    ['of nobody', { subject: '' }],
  ])('%s is refused', async (_, said) => {
    const begun = await start()
    expect(await outcome(begun, good(begun, said))).toMatch(/^invalid_(secret|value)$/)
  })

  it('is refused without a signature of the provider over the assertion itself', async () => {
    const tries: ((begun: Begun) => string)[] = [
      (begun) => response(begun, assertion(begun)),
      (begun) => sign(response(begun, assertion(begun)), otherKey),
      (begun) => sign(response(begun, assertion(begun)), key, { of: 'Response' }),
      (begun) => good(begun).replace('ada-1', 'eve-1'),
      (begun) => good(begun).replace(/<ds:SignatureValue>|<SignatureValue>/, '$&AAAA'),
      (begun) => good(begun).replace(/<Signature .*<\/Signature>/s, ''),
    ]
    for (const make of tries) {
      const begun = await start()
      expect(await outcome(begun, make(begun)), String(make)).toBe('invalid_secret')
    }
  })

  it('is refused with a signature by algorithms of old', async () => {
    const options = [
      { algorithm: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' },
      { digest: 'http://www.w3.org/2000/09/xmldsig#sha1' },
    ]
    for (const option of options) {
      const begun = await start()
      expect(await outcome(begun, sign(response(begun, assertion(begun)), key, option))).toBe('invalid_secret')
    }
  })
})

describe('a signature that is wrapped (XSW)', () => {
  const signedParts = (xml: string) => {
    const [whole] = /<saml:Assertion .*<\/saml:Assertion>/s.exec(xml)!
    const [signature] = /<Signature .*<\/Signature>/s.exec(whole)!
    return { whole, signature, bare: whole.replace(signature, '') }
  }
  const forged = (begun: Begun, id = '_evil') => assertion(begun, { subject: 'victim', assertionId: id })
  const inside = (xml: string, content: string) => xml.replace('</samlp:Status>', `</samlp:Status>${content}`)
  const idOf = (xml: string) => /<saml:Assertion [^>]*ID="([^"]+)"/.exec(xml)![1]!

  it.each<[string, (begun: Begun, xml: string) => string]>([
    ['the forged one first', (begun, xml) => inside(xml, forged(begun))],
    ['the forged one last', (begun, xml) => xml.replace('</samlp:Response>', `${forged(begun)}</samlp:Response>`)],
    ['the forged one with the same id', (begun, xml) => inside(xml, forged(begun, idOf(xml)))],
    [
      'the signed one inside the forged one',
      (begun, xml) => {
        const { whole } = signedParts(xml)
        return xml.replace(whole, forged(begun).replace('</saml:Assertion>', `${whole}</saml:Assertion>`))
      },
    ],
    [
      'the signed one inside the signature of the forged one',
      (begun, xml) => {
        const { whole, signature, bare } = signedParts(xml)
        const moved = signature.replace('</Signature>', `<Object>${bare}</Object></Signature>`)
        return xml.replace(whole, forged(begun).replace('</saml:Issuer>', `</saml:Issuer>${moved}`))
      },
    ],
    [
      'the signature on the forged one, the signed one beside',
      (begun, xml) => {
        const { whole, signature, bare } = signedParts(xml)
        return xml.replace(whole, `${forged(begun).replace('</saml:Issuer>', `</saml:Issuer>${signature}`)}${bare}`)
      },
    ],
    [
      'the signed one in an extension',
      (begun, xml) => {
        const { whole } = signedParts(xml)
        const extension = `<samlp:Extensions>${whole}</samlp:Extensions>`
        return xml.replace(whole, forged(begun)).replace('<samlp:Status>', `${extension}<samlp:Status>`)
      },
    ],
    [
      'an encrypted one beside it',
      (_, xml) => inside(xml, '<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"/>'),
    ],
  ])('%s signs nobody in', async (_, wrap) => {
    const begun = await start()
    const xml = good(begun, { subject: 'attacker' })
    expect(wrap(begun, xml)).not.toBe(xml)
    expect(await outcome(begun, wrap(begun, xml))).toBe('invalid_secret')
  })

  it('cannot shorten a name by a comment', async () => {
    const email = newEmail()
    const evil = await start()
    const xml = sign(response(evil, assertion(evil, { subject: 'victim<!-- -->.evil', email })), key)
    const answer = await deliver(server, 'acme', evil, xml)
    const attacker = landing(answer).has('code') ? await exchange(landing(answer).get('code')) : undefined
    const begun = await start()
    const real = landing(await deliver(server, 'acme', begun, good(begun, { subject: 'victim', email: newEmail() })))
    const victim = await exchange(real.get('code'))
    expect(victim.status).toBe(200)
    expect(attacker?.json.data.user.id).not.toBe(victim.json.data.user.id)
  })
})

describe('XML that would read or grow', () => {
  it.each([
    ['files', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'],
    ['addresses', '<!DOCTYPE a SYSTEM "http://127.0.0.1:1/x.dtd">'],
    [
      'itself',
      '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>',
    ],
  ])('%s is not looked at', async (_, type) => {
    const begun = await start()
    expect(await outcome(begun, type + good(begun))).toBe('invalid_secret')
  })

  it('and is no XML at all, is refused without an error of ours', async () => {
    for (const xml of ['', '<', 'x', '<a/>', '\0', '<samlp:Response/>', `<a>${'<b>'.repeat(5000)}`]) {
      const begun = await start()
      expect(await outcome(begun, xml), xml.slice(0, 20)).toMatch(/^invalid_secret$|^400 invalid_body$/)
    }
  })
})

describe('A125: a sign-in that is under way', () => {
  it('takes one answer: of 50 at once exactly one', async () => {
    const begun = await start()
    const xml = good(begun)
    const answers = await Promise.all(Array.from({ length: 50 }, () => outcome(begun, xml)))
    expect(answers.filter((one) => one === undefined)).toHaveLength(1)
    expect(new Set(answers.filter((one) => one !== undefined))).toEqual(new Set(['401 invalid_secret']))
  })

  it('is not answered by an assertion that was used, nor by one of another sign-in', async () => {
    const first = await start()
    const xml = good(first)
    expect(await outcome(first, xml)).toBeUndefined()
    const second = await start()
    expect(await outcome(second, xml)).toBe('invalid_secret')
    const third = await start()
    const envelope = xml.replace(/InResponseTo="[^"]+"/, `InResponseTo="${third.requestId}"`)
    expect(await outcome(third, envelope)).toBe('invalid_secret')
  })

  it('belongs to the browser that began it', async () => {
    const attacker = await start()
    const victim = await start()
    const xml = good(attacker)
    for (const cookie of ['', victim.cookie, 'holdfast_saml=x']) {
      const begun = await start()
      const answer = await deliver(server, 'acme', begun, good(begun), cookie)
      expect([answer.status, answer.json.code], cookie).toEqual([401, 'invalid_secret'])
    }
    expect(await outcome(attacker, xml)).toBeUndefined()
  })

  it('shares its cookie with other tabs', async () => {
    const first = await start()
    const answer = await server.request('GET', '/api/v1/auth/saml/acme', {
      query: { redirectTo: app },
      headers: { cookie: first.cookie },
    })
    expect(answer.headers.get('set-cookie')).toContain(first.cookie)
    expect(answer.headers.get('set-cookie')).toMatch(
      /; Path=\/api\/v1\/auth\/saml; Max-Age=600; HttpOnly; SameSite=Lax$/,
    )
    expect(await outcome(first, good(first))).toBeUndefined()
  })

  it('belongs to the provider that was asked', async () => {
    const begun = await start('other')
    const said = { ...begun, callbackUrl: begun.callbackUrl.replace('/other/', '/acme/') }
    expect(await outcome(said, good(said), 'acme')).toBe('401 invalid_secret')
    const again = await start('other')
    expect(await outcome(again, good(again), 'other')).toBe('invalid_secret')
  })

  it('was begun here: what a provider sends by itself is not taken', async () => {
    const begun = await start()
    for (const relayState of ['', 'hfo_x', `hfo_${'a'.repeat(43)}`, app])
      expect(await outcome({ ...begun, relayState }, good(begun))).toMatch(/^40[01] invalid_(body|secret)$/)
  })

  it('is begun with the cookie for other sites where there is https', async () => {
    const secure = await startServer({ ...adminEnv, PUBLIC_URL: 'https://api.example.com' })
    const token = (await signInAdmin(secure)).accessToken
    const body = { acme: { metadataXml: metadataOf(key) } }
    await secure.request('PATCH', '/api/v1/admin/settings/auth.saml', { token, body })
    const { headers } = await secure.request('GET', '/api/v1/auth/saml/acme', {
      query: { redirectTo: 'https://api.example.com/' },
    })
    expect(headers.get('set-cookie')).toMatch(/^__Secure-holdfast_saml=[\w-]{43}; .*HttpOnly; SameSite=None; Secure$/)
    await secure.stop()
  })
})

describe('what a provider says of somebody', () => {
  it('A121: is no proof of an address unless it is trusted for that', async () => {
    const someone = await signUp(server)
    const begun = await start('untrusted')
    const answer = await deliver(server, 'untrusted', begun, good(begun, { subject: 'x1', email: someone.email }))
    const refused = await exchange(landing(answer).get('code'))
    expect([refused.status, refused.json.code]).toEqual([409, 'link_required'])
  })

  it('A124: is of one issuer: the same subject of another is somebody else', async () => {
    const begun = await start()
    const one = await exchange(landing(await deliver(server, 'acme', begun, good(begun, { subject: 's' }))).get('code'))
    const other = await start('other')
    const said = { subject: 's', issuer: 'https://other.example/saml' }
    const xml = sign(response(other, assertion(other, said)), otherKey)
    const two = await exchange(landing(await deliver(server, 'other', other, xml)).get('code'))
    expect([one.status, two.status]).toEqual([200, 200])
    expect(two.json.data.user.id).not.toBe(one.json.data.user.id)
  })

  it('is no profile field that users may not change, and no role that is not listed (A122, A132)', async () => {
    const begun = await start()
    const attributes = {
      roles: ['admin'],
      role: ['admin'],
      name: ['Eve'],
      id: ['01980000-0000-7000-8000-000000000000'],
    }
    const answer = await deliver(server, 'acme', begun, good(begun, { subject: 'r1', attributes }))
    const { json } = await exchange(landing(answer).get('code'))
    const claims = JSON.parse(Buffer.from(json.data.accessToken.split('.')[1], 'base64url').toString())
    expect(claims.roles).toEqual([])
    expect(json.data.user.id).not.toBe(attributes.id[0])
  })
})

describe('A126: where the browser is sent', () => {
  it.each([
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    'https:evil.example',
    'https://app.example.com@evil.example/',
    'https://app.example.com.evil.example/',
    'javascript:alert(1)',
    'https://app.example.com:8443/',
    'http://app.example.com/',
    ' https://app.example.com/',
  ])('is not %s', async (redirectTo) => {
    const answer = await server.request('GET', '/api/v1/auth/saml/acme', { query: { redirectTo } })
    expect([answer.status, answer.json.code]).toEqual([400, 'invalid_value'])
  })

  it('A130: is no way to make the server ask a private address for metadata', async () => {
    await set('auth.saml', { inside: { metadataUrl: 'http://127.0.0.1:4400/metadata' } })
    const answer = await server.request('GET', '/api/v1/auth/saml/inside', { query: { redirectTo: app } })
    expect([answer.status, answer.json.code]).toEqual([503, 'unavailable'])
  })

  it('takes no other parameters', async () => {
    for (const query of ['RelayState=x', 'codeChallenge=x', 'entryPoint=https://evil.example'])
      expect((await server.request('GET', `/api/v1/auth/saml/acme?${query}`)).status).toBe(400)
  })
})
