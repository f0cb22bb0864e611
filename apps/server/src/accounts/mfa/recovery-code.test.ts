import { describe, expect, it } from 'vitest'
import { newRecoveryCode, parseRecoveryCode } from './recovery-code.js'

describe('recovery codes', () => {
  it('are four groups of four, never the same', () => {
    const codes = Array.from({ length: 100 }, newRecoveryCode)
    for (const code of codes) expect(code).toMatch(/^[0-9a-hjkmnp-tv-z]{4}(-[0-9a-hjkmnp-tv-z]{4}){3}$/)
    expect(new Set(codes).size).toBe(100)
  })

  it.each([
    ['7h2k-9mpa-x3vq-0rtz', '7h2k-9mpa-x3vq-0rtz'],
    [' 7H2K 9MPA X3VQ ORTZ ', '7h2k-9mpa-x3vq-0rtz'],
    ['lh2k9mpax3vqirtz', '1h2k-9mpa-x3vq-1rtz'],
    ['7h2k-9mpa-x3vq', undefined],
    ['7h2k-9mpa-x3vq-0rtu', undefined],
    ['', undefined],
  ])('are read however they are typed: %j', (text, code) => {
    expect(parseRecoveryCode(text)).toBe(code)
  })
})
