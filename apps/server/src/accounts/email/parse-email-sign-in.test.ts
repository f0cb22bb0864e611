import { describe, expect, it } from 'vitest'
import { parseCodeSignIn, parseLinkSignIn } from './parse-email-sign-in.js'

const fields = new Set(['name'])

describe('parseCodeSignIn', () => {
  it('reads the code however it was copied, and what the profile may hold', () => {
    const body = { email: 'ADA@example.com', code: ' 123 456 ', name: 'Ada' }
    expect(parseCodeSignIn(body, fields)).toEqual({
      email: 'ada@example.com',
      code: '123456',
      profile: { name: 'Ada' },
    })
  })

  it.each([
    [{ email: 'ada@example.com' }, 'validation_failed'],
    [{ email: 'ada@example.com', code: 123456 }, 'validation_failed'],
    [{ email: 'ada@example.com', code: '12345' }, 'validation_failed'],
    [{ email: 'ada@example.com', code: '１２３４５６' }, 'validation_failed'],
    [{ email: 'ada@example.com', code: ['123456'] }, 'validation_failed'],
    [{ email: 'nobody', code: '123456' }, 'validation_failed'],
    [{ email: 'ada@example.com', code: '123456', roles: ['admin'] }, 'unknown_field'],
    [{ email: 'ada@example.com', code: '123456', id: 'x' }, 'unknown_field'],
    [[], 'invalid_body'],
    [null, 'invalid_body'],
  ])('refuses %j', (body, code) => {
    expect(() => parseCodeSignIn(body, fields)).toThrow(expect.objectContaining({ code }))
  })
})

describe('parseLinkSignIn', () => {
  it('takes a token and a profile', () => {
    expect(parseLinkSignIn({ token: 't', name: 'Ada' }, fields)).toEqual({ token: 't', profile: { name: 'Ada' } })
    expect(() => parseLinkSignIn({ token: 'x'.repeat(5000) }, fields)).toThrow(/too long/)
    expect(() => parseLinkSignIn({ token: 't', email: 'a@b.example' }, fields)).toThrow(/no field/)
  })
})
