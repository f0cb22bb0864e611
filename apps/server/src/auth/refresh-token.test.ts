import { describe, expect, it } from 'vitest'
import { hashToken, isRefreshToken, newRefreshToken, newSeed, successorOf } from './refresh-token.js'

describe('refresh tokens', () => {
  it('are never the same twice and carry their purpose', () => {
    const tokens = new Set(Array.from({ length: 1000 }, newRefreshToken))
    expect(tokens.size).toBe(1000)
    expect([...tokens].every(isRefreshToken)).toBe(true)
  })

  it('have one successor per seed, which is a refresh token too', () => {
    const token = newRefreshToken()
    const seed = newSeed()
    expect(successorOf(token, seed)).toBe(successorOf(token, seed))
    expect(successorOf(token, seed)).not.toBe(successorOf(token, newSeed()))
    expect(successorOf(token, seed)).not.toBe(successorOf(newRefreshToken(), seed))
    expect(isRefreshToken(successorOf(token, seed))).toBe(true)
  })

  it('are known to the database as 32 bytes', () => {
    expect(hashToken(newRefreshToken())).toHaveLength(32)
  })

  it.each([
    '',
    'hfr_',
    'hfs_'.padEnd(47, 'a'),
    `hfr_${'a'.repeat(44)}`,
    `hfr_${'a'.repeat(42)}=`,
    `hfr_${'a'.repeat(43)}\n`,
  ])('refuse %j', (text) => {
    expect(isRefreshToken(text)).toBe(false)
  })
})
