import { generateKeyPairSync } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { describe, expect, it } from 'vitest'
import { apple } from './apple.provider.js'
import { github } from './github.provider.js'
import { microsoft } from './microsoft.provider.js'
import type { Grant, Provider } from './provider.js'
import { providerKinds } from './provider-kinds.js'
import { twitch } from './twitch.provider.js'

const endpointsOf = ({ endpoints, issuer }: Provider) =>
  typeof endpoints === 'function' ? endpoints(issuer!) : endpoints

const grant = (claims: Grant['claims'], more: Partial<Grant> = {}): Grant => ({
  ...{ claims, sent: {}, userInfoUrl: 'https://api.example/user', get: async () => [] },
  ...more,
})

describe.each([...providerKinds])('%s', (kind, provider) => {
  it('is asked by https, at plain URLs', () => {
    const urls = [...(provider.issuer ? [provider.issuer] : []), ...Object.values(endpointsOf(provider) ?? {})]
    expect(urls.length > 0 || kind === 'oidc').toBe(true)
    for (const text of urls) {
      const url = new URL(text)
      expect(url.protocol).toBe('https:')
      expect([url.username, url.port, url.hash]).toEqual(['', '', ''])
      expect(text).not.toMatch(/\/$/)
    }
    expect(provider.issuer ?? '').not.toContain('?')
  })

  it('asks for OpenID Connect where it is discovered', () => {
    if (!provider.endpoints) expect(provider.scopes).toContain('openid')
    expect(provider.scopes.length).toBeGreaterThan(0)
  })

  it('takes nobody without a subject, and no address as proven that it does not call so', async () => {
    await expect(async () =>
      provider.readProfile(grant({ email_verified: true, email: 'a@example.com' })),
    ).rejects.toThrow('subject')
    const said = { sub: '7', id: '7', data: { id: '7' }, email: 'a@example.com' }
    for (const verified of [undefined, null, false, 'false', 0, 1, {}]) {
      const claims = { ...said, email_verified: verified, verified, xms_edov: verified }
      const get = async () => [{ email: 'a@example.com', primary: true, verified }]
      expect((await provider.readProfile(grant(claims, { get }))).emailVerified, JSON.stringify(verified)).toBe(false)
    }
  })
})

describe('profiles', () => {
  const named = { subject: '7', email: 'a@example.com', name: 'Ada', picture: 'https://a.example/1.png' }
  const standard = { sub: '7', email: 'a@example.com', email_verified: true, name: 'Ada', picture: named.picture }

  it.each([
    ['google', standard, { ...named, emailVerified: true }],
    ['gitlab', standard, { ...named, emailVerified: true }],
    ['linkedin', standard, { ...named, emailVerified: true }],
    ['slack', standard, { ...named, emailVerified: true }],
    ['oidc', standard, { ...named, emailVerified: true }],
    ['microsoft', { ...standard, xms_edov: true }, { ...named, emailVerified: true }],
    ['microsoft', standard, { ...named, emailVerified: false }],
    ['twitch', { ...standard, preferred_username: 'ada' }, { ...named, name: 'ada', emailVerified: true }],
    [
      'facebook',
      { id: '7', email: 'a@example.com', name: 'Ada', picture: { data: { url: named.picture } } },
      { ...named, emailVerified: false },
    ],
    [
      'discord',
      { id: '7', email: 'a@example.com', verified: true, global_name: 'Ada', username: 'ada', avatar: 'h' },
      { ...named, emailVerified: true, picture: 'https://cdn.discordapp.com/avatars/7/h.png' },
    ],
    [
      'x',
      { data: { id: '7', name: 'Ada', username: 'ada', profile_image_url: named.picture } },
      { subject: '7', emailVerified: false, name: 'Ada', picture: named.picture },
    ],
    [
      'spotify',
      { id: '7', email: 'a@example.com', display_name: 'Ada', images: [{ url: named.picture }] },
      { ...named, emailVerified: false },
    ],
  ])('of %s', async (kind, claims, profile) => {
    expect(await providerKinds.get(kind)!.readProfile(grant(claims))).toEqual(profile)
  })

  it('of GitHub have the primary address, from the route for it', async () => {
    const asked: string[] = []
    const get = async (url: string) => {
      asked.push(url)
      return [
        { email: 'b@example.com', primary: false, verified: true },
        { email: 'a@example.com', primary: true, verified: true },
      ]
    }
    const claims = { id: 7, login: 'ada', email: 'shown@example.com' }
    expect(await github.readProfile(grant(claims, { get }))).toMatchObject({
      ...{ subject: '7', email: 'a@example.com', emailVerified: true, name: 'ada' },
    })
    expect(asked).toEqual(['https://api.example/user/emails'])
  })

  it('of Apple have the name that came with the first answer, and its way to say true', async () => {
    const sent = { name: { firstName: 'Ada', lastName: 'Lovelace' }, email: 'evil@example.com' }
    const claims = { sub: '7', email: 'a@example.com', email_verified: 'true' }
    expect(await apple.readProfile(grant(claims, { sent }))).toMatchObject({
      ...{ subject: '7', email: 'a@example.com', emailVerified: true, name: 'Ada Lovelace' },
    })
    for (const odd of [{}, { name: null }, { name: 'Ada' }, { name: { firstName: 7 } }])
      expect((await apple.readProfile(grant(claims, { sent: odd }))).name).toBeUndefined()
  })
})

describe('quirks', () => {
  it('Apple gets a secret that the key of the team signed', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const clientSecret = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
    const config = { kind: 'apple', enabled: true, clientId: 'com.example', clientSecret, teamId: 'T', keyId: 'K' }
    const secret = await apple.makeSecret!(config)
    expect(decodeProtectedHeader(secret)).toEqual({ alg: 'ES256', kid: 'K' })
    const claims = decodeJwt(secret)
    expect(claims).toMatchObject({ iss: 'T', sub: 'com.example', aud: 'https://appleid.apple.com' })
    expect(claims.exp! - claims.iat!).toBe(300)
  })

  it('Microsoft names one issuer for each tenant', () => {
    const template = 'https://login.microsoftonline.com/{tenantid}/v2.0'
    const tid = '11111111-2222-3333-4444-555555555555'
    expect(microsoft.issuerOf!({ tid }, template)).toBe(`https://login.microsoftonline.com/${tid}/v2.0`)
    for (const odd of [undefined, '', 'x/../y', `${tid}/x`, 7])
      expect(microsoft.issuerOf!({ tid: odd }, template)).toBe(template)
    const one = `https://login.microsoftonline.com/${tid}/v2.0`
    expect(microsoft.issuerOf!({ tid: '99999999-2222-3333-4444-555555555555' }, one)).toBe(one)
  })

  it('Twitch lists its scopes', () => {
    expect(twitch.repairTokens!({ access_token: 'a', scope: ['openid', 'x'] })).toEqual({
      access_token: 'a',
      scope: 'openid x',
    })
  })
})
