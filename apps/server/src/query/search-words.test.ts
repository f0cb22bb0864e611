import { describe, expect, it } from 'vitest'
import { parseSearchWords } from './search-words.js'

const brief = (text: string): string =>
  parseSearchWords(text)
    .map(({ required, excluded }) =>
      [
        ...required.map(({ words, prefix, typos }) => `${words}${prefix ? '*' : ''}${'~'.repeat(typos)}`),
        ...excluded.map(({ words }) => `!${words}`),
      ].join(' + '),
    )
    .join(' | ')

describe('parseSearchWords', () => {
  it.each([
    ['paris', 'paris*~'],
    ['big paris', 'big + paris*~'],
    ['"big paris"', 'big paris'],
    ['"never closed', 'never closed'],
    ['international paris', 'international~~ + paris*~'],
    ['paris -france', 'paris~ + !france'],
    ['-"new york" city', 'city*~ + !new york'],
    ['paris or rome', 'paris~ | rome*~'],
    ['or paris OR', 'paris~'],
    ['rock-n-roll', 'rock n roll*'],
    ["don't", 'don t*'],
    ['a.b@c.example', 'a b c example*'],
    ['20241', '20241*'],
    ['e\u0301cole', 'école*~'],
    ['- -- "" \' | & ! :* <->', ''],
    ['🙂', ''],
    ['', ''],
  ])('reads %j', (text, expected) => {
    expect(brief(text)).toBe(expected)
  })

  it('ignores words beyond the limit', () => {
    const words = Array.from({ length: 20 }, (_, at) => `w${at}`)
    expect(brief(words.join(' ')).split(' + ')).toEqual(words.slice(0, 12))
  })
})
