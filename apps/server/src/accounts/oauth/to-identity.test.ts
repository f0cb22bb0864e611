import { describe, expect, it } from 'vitest'
import { AppError } from '../../lib/index.js'
import { google } from '../providers/google.provider.js'
import { oidc } from '../providers/oidc.provider.js'
import type { ProviderConfig, ProviderProfile } from '../providers/provider.js'
import { mapRoles, toIdentity } from './to-identity.js'

const profile = { subject: '7', email: 'ada@example.com', emailVerified: true }

function identify(config: Partial<ProviderConfig>, told: Partial<ProviderProfile> = {}, provider = google) {
  const configured = {
    ...{ id: 'p', name: 'P', provider, issuer: 'https://issuer.example' },
    config: { kind: 'google', clientId: 'c', enabled: true, ...config },
  }
  return toIdentity(configured, { claims: {}, profile: { ...profile, ...told }, tokens: { accessToken: 'at' } })
}

describe('toIdentity', () => {
  it('takes an address as proven by a provider that is trusted, and by the settings', () => {
    expect(identify({}).emailIsProven).toBe(true)
    expect(identify({ trustEmail: false }).emailIsProven).toBe(false)
    expect(identify({}, {}, oidc).emailIsProven).toBe(false)
    expect(identify({ trustEmail: true }, {}, oidc).emailIsProven).toBe(true)
    expect(identify({ trustEmail: true }, { emailVerified: 'true' as never }).emailIsProven).toBe(false)
  })

  it('keeps tokens where that is asked for', () => {
    expect(identify({}).tokens).toBeUndefined()
    expect(identify({ keepTokens: true }).tokens).toEqual({ accessToken: 'at' })
  })

  it('leaves out names that are none', () => {
    expect(identify({}, { name: 'x'.repeat(1001), picture: 'https://a.example/1' }).profile).toEqual({
      picture: 'https://a.example/1',
    })
  })

  it('lets in the domains that are allowed, by addresses that are verified', () => {
    const allowedDomains = ['Example.com']
    expect(identify({ allowedDomains }, { email: 'ADA@EXAMPLE.COM' }).subject).toBe('7')
    for (const told of [{ emailVerified: false }, { email: undefined }, { email: 'a@notexample.com' }, { email: 'x' }])
      expect(() => identify({ allowedDomains }, told as never), JSON.stringify(told)).toThrow(AppError)
  })
})

describe('mapRoles', () => {
  const mapping = { claim: 'groups', roles: { staff: 'editor', all: 'viewer' } }
  it.each([
    [
      ['staff', 'all', 'staff', 'other'],
      ['editor', 'viewer'],
    ],
    ['staff', ['editor']],
    ['Staff', []],
    [['toString', '__proto__', 7, null, { staff: true }], []],
    [undefined, []],
  ])('maps %j', (groups, roles) => {
    expect(mapRoles({ groups }, mapping)).toEqual(roles)
    expect(mapRoles({ groups }, undefined)).toEqual([])
  })
})
