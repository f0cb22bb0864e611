import { describe, expect, it } from 'vitest'
import { isContained, isLike } from './match-text.js'

describe('a pattern', () => {
  it('is told in memory however long the text, where it is no trouble', () => {
    const text = `${'lorem ipsum '.repeat(50_000)}end`
    expect(isLike(text, '%ipsum%dolor%')).toBe(false)
    expect(isLike(text, '%ipsum%end')).toBe(true)
    expect(isLike(text, `${'%m'.repeat(500)}%end`)).toBe(true)
    expect(isContained('sum end', text)).toBe(true)
    expect(isContained('dolor', text)).toBe(false)
  })

  it('A84: is left to PostgreSQL where it was made to take the product of both lengths', () => {
    const text = 'a'.repeat(1_000_000)
    expect(isLike(text, `%${'a'.repeat(1000)}b`)).toBeUndefined()
    expect(isLike(text, `${`%${'a'.repeat(1000)}b`.repeat(9)}%`)).toBeUndefined()
    expect(isContained(`${'a'.repeat(50_000)}b${'a'.repeat(50_000)}`, text)).toBeUndefined()
  })

  it('that is longer than the text is not in it', () => {
    expect(isContained('a'.repeat(10_000_000), 'a'.repeat(9_000_000))).toBe(false)
  })
})
