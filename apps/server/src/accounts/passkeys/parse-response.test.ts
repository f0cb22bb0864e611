import { describe, expect, it } from 'vitest'
import { parseAssertion, parseAttestation } from './parse-response.js'

const attestation = {
  id: 'Y3JlZA',
  rawId: 'Y3JlZA',
  type: 'public-key',
  clientExtensionResults: {},
  response: { clientDataJSON: 'e30', attestationObject: 'o2M', transports: ['usb', 'pigeon', 7] },
}
const assertion = {
  id: 'Y3JlZA',
  rawId: 'Y3JlZA',
  type: 'public-key',
  response: { clientDataJSON: 'e30', authenticatorData: 'SZY', signature: 'MEU', userHandle: 'dXNlcg' },
}
const pathOf = (parse: () => unknown): string | undefined => {
  try {
    parse()
  } catch (error) {
    return (error as { options: { errors: { path: string }[] } }).options.errors[0]!.path
  }
  return undefined
}

describe('parseAttestation', () => {
  it('takes what is needed, and transports that are known', () => {
    expect(parseAttestation(attestation)).toEqual({
      id: 'Y3JlZA',
      clientDataJSON: 'e30',
      attestationObject: 'o2M',
      transports: ['usb'],
    })
  })

  it.each([
    [{}, 'response.id'],
    [[], 'response.id'],
    [{ ...attestation, id: 'a b' }, 'response.id'],
    [{ ...attestation, id: 'A'.repeat(1401) }, 'response.id'],
    [{ ...attestation, rawId: 'other' }, 'response.rawId'],
    [{ ...attestation, type: 'password' }, 'response.type'],
    [{ ...attestation, response: null }, 'response.response'],
    [{ ...attestation, response: {} }, 'response.response.clientDataJSON'],
    [
      { ...attestation, response: { clientDataJSON: 'e30', attestationObject: 7 } },
      'response.response.attestationObject',
    ],
  ])('names what is wrong: %#', (value, path) => {
    expect(pathOf(() => parseAttestation(value))).toBe(path)
  })
})

describe('parseAssertion', () => {
  it('takes what is needed, with the user or without', () => {
    expect(parseAssertion(assertion)).toEqual({ id: 'Y3JlZA', ...assertion.response })
    const { userHandle: _, ...response } = assertion.response
    expect(parseAssertion({ ...assertion, response }).userHandle).toBeUndefined()
  })

  it.each(['clientDataJSON', 'authenticatorData', 'signature', 'userHandle'])('wants %s to be base64url', (name) => {
    const value = { ...assertion, response: { ...assertion.response, [name]: '<x>' } }
    expect(pathOf(() => parseAssertion(value))).toBe(`response.response.${name}`)
  })
})
