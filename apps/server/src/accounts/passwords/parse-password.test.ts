import { describe, expect, it } from 'vitest'
import { parseNewPassword } from './parse-password.js'

describe('parseNewPassword', () => {
  it('takes 8 to 256 characters, whatever their size', () => {
    expect(parseNewPassword('12345678', 'password')).toBe('12345678')
    expect(parseNewPassword('🔑'.repeat(8), 'password')).toBe('🔑'.repeat(8))
    expect(parseNewPassword('🔑'.repeat(256), 'password')).toHaveLength(512)
  })

  it('makes one of the ways to write the same characters', () => {
    expect(parseNewPassword('cafe\u0301 noir', 'password')).toBe('café noir')
    expect(parseNewPassword('ｐａｓｓｗｏｒｄ', 'password')).toBe('password')
  })

  it.each([
    ['1234567', 'too_short'],
    ['🔑'.repeat(7), 'too_short'],
    ['a'.repeat(257), 'too_long'],
    ['a'.repeat(1_000_000), 'too_long'],
    ['\ufdfa'.repeat(250), 'too_long'],
    [`12345678\ud800`, 'invalid_text'],
  ])('refuses %.20j: %s', (text, code) => {
    const attempt = () => parseNewPassword(text, 'password')
    expect(attempt).toThrow(expect.objectContaining({ code: 'validation_failed' }))
    expect(attempt).toThrow(
      expect.objectContaining({ options: { errors: [expect.objectContaining({ path: 'password', code })] } }),
    )
  })
})
