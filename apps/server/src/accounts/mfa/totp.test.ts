import { describe, expect, it } from 'vitest'
import { findTotpStep, isTotpCode, newTotpSecret, totpCode, totpStepAt, totpUri } from './totp.js'

/** `12345678901234567890`, the secret of RFC 6238, in base32. */
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

describe('totpCode', () => {
  // RFC 6238, appendix B, for SHA-1: the last six of eight digits.
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('gives the vector of second %d', (seconds, code) => {
    expect(totpCode(secret, totpStepAt(seconds * 1000))).toBe(code)
  })
})

describe('findTotpStep', () => {
  const nowMs = 1_700_000_000_000
  const step = totpStepAt(nowMs)

  it.each([-1, 0, 1])('finds the step %d away', (away) => {
    expect(findTotpStep(secret, totpCode(secret, step + away), nowMs)).toBe(step + away)
  })

  it.each([-2, 2, -5, 5])('finds none %d away', (away) => {
    expect(findTotpStep(secret, totpCode(secret, step + away), nowMs)).toBeUndefined()
  })

  it.each(['', '1', '1234567', 'äöüßäö'])('finds none for %j', (code) => {
    expect(findTotpStep(secret, code, nowMs)).toBeUndefined()
  })
})

describe('newTotpSecret', () => {
  it('has 160 bits in the letters of base32, never the same', () => {
    expect(newTotpSecret()).toMatch(/^[A-Z2-7]{32}$/)
    expect(newTotpSecret()).not.toBe(newTotpSecret())
  })
})

describe('isTotpCode', () => {
  it('knows six digits', () => {
    expect(['123456', '12345', '1234567', 'abcdef', '١٢٣٤٥٦'].map(isTotpCode)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ])
  })
})

describe('totpUri', () => {
  it('says whose code it is', () => {
    expect(totpUri(secret, { issuer: 'My app', account: 'ada+1@example.com' })).toBe(
      `otpauth://totp/My%20app:ada%2B1%40example.com?secret=${secret}&issuer=My%20app&algorithm=SHA1&digits=6&period=30`,
    )
  })
})
