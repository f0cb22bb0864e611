import { limits } from '@holdfast/contract'

/** A word, or several that stand in this order. */
export interface SearchTerm {
  /** Letters, digits and single spaces; no ASCII punctuation. */
  readonly words: string
  /** The last word may go on: it is still being typed. */
  readonly prefix: boolean
  /** So many letters may be wrong, missing or too many. */
  readonly typos: number
  /** The word with two neighbours exchanged, which is one typo to people and two letters to a comparison. */
  readonly swapped: readonly string[]
}

/** What one record must have and must not have. */
export interface SearchAlternative {
  readonly required: readonly SearchTerm[]
  readonly excluded: readonly SearchTerm[]
}

const tokenPattern = /(-?)(?:"([^"]*)(?:"|$)|(\S+))/gu

/** PostgreSQL would see a path in `a.b/c`, and operators of its own; to people they part words. */
const punctuation = /[!-/:-@[-`{-~\s]+/g

/** Short words are too much alike. Numbers are either right or wrong. */
function typosOf(words: string): number {
  const { length } = [...words]
  if (length < 4 || length > 64 || words.includes(' ') || /^\d+$/.test(words)) return 0
  return length < 8 ? 1 : 2
}

/** Only where one letter may be wrong: two may be anything. */
function swapsOf(words: string, typos: number): string[] {
  if (typos !== 1) return []
  const letters = [...words]
  const swapped = letters
    .slice(1)
    .map((letter, at) => [...letters.slice(0, at), letter, letters[at]!, ...letters.slice(at + 2)].join(''))
  return [...new Set(swapped)].filter((other) => other !== words)
}

/**
 * What somebody typed → alternatives, any of which may match: `"exact words"`, `-without`, `this or that`. Anything can be
 * typed; what has no letter and no digit says nothing, and words beyond {@link limits.searchWords} are ignored.
 */
export function parseSearchWords(text: string): readonly SearchAlternative[] {
  const tokens = [...text.normalize('NFC').matchAll(tokenPattern)]
  const alternatives: { required: SearchTerm[]; excluded: SearchTerm[] }[] = [{ required: [], excluded: [] }]
  let count = 0
  for (const [index, [, minus, quoted, bare]] of tokens.entries()) {
    const words = (quoted ?? bare!).replace(punctuation, ' ').trim()
    const { required, excluded } = alternatives.at(-1)!
    if (minus === '' && bare?.toLowerCase() === 'or') alternatives.push({ required: [], excluded: [] })
    else if (/[\p{L}\p{N}]/u.test(words) && count++ < limits.searchWords) {
      const isPlain = bare !== undefined && minus === ''
      const typos = isPlain ? typosOf(words) : 0
      const swapped = swapsOf(words, typos)
      const term = { words, prefix: isPlain && index === tokens.length - 1, typos, swapped }
      ;(minus === '' ? required : excluded).push(term)
    }
  }
  return alternatives.filter(({ required, excluded }) => required.length + excluded.length > 0)
}
