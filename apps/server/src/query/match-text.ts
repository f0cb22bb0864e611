import type { TextOrder } from './match-values.js'

/** One sign of a pattern: a character, `_` or `%`. */
type Sign = string | typeof one | typeof many

const one = Symbol('_')
const many = Symbol('%')

/**
 * `like`, over code points. Undefined for a pattern PostgreSQL refuses: one that ends with half an escape; and where it
 * takes long to tell.
 */
export function isLike(text: string, pattern: string): boolean | undefined {
  const signs = readPattern(pattern)
  return signs && fits([...text], signs)
}

/** `ilike`. Undefined too where the capitals of the database are not known. */
export function isLikeInAnyCase(text: string, pattern: string, texts: TextOrder | undefined): boolean | undefined {
  return texts && isLike(fold(text, texts), fold(pattern, texts))
}

function readPattern(pattern: string): Sign[] | undefined {
  const signs: Sign[] = []
  let escaped = false
  for (const char of pattern) {
    if (escaped) signs.push(char)
    else if (char === '%') signs.push(many)
    else if (char === '_') signs.push(one)
    else if (char !== '\\') signs.push(char)
    escaped = !escaped && char === '\\'
  }
  return escaped ? undefined : signs
}

/** Steps beyond those of a pattern that is no trouble. */
const patience = 100_000

/**
 * Goes back to the last `%` only. A pattern may still be made to take the product of both lengths: PostgreSQL, which does not
 * keep others waiting, decides then.
 */
function fits(text: readonly string[], signs: readonly Sign[]): boolean | undefined {
  let [at, sign] = [0, 0]
  let back: { at: number; sign: number } | undefined
  for (let left = 4 * text.length + patience; at < text.length; left--) {
    if (left === 0) return undefined
    if (signs[sign] === many) back = { at, sign: ++sign }
    else if (sign < signs.length && (signs[sign] === one || signs[sign] === text[at])) [at, sign] = [at + 1, sign + 1]
    else if (back) [at, sign] = [++back.at, back.sign]
    else return false
  }
  return signs.slice(sign).every((rest) => rest === many)
}

/** Is the one in the other? Undefined where that may take long: a text can be made so that each place is nearly one. */
export const isContained = (part: string, text: string): boolean | undefined =>
  part.length > text.length ? false : part.length * text.length > 20_000_000 ? undefined : text.includes(part)

/** Small letters, one character for one: the only one that JavaScript makes two of is İ. */
const fold = (text: string, texts: TextOrder): string =>
  texts === 'C'
    ? text.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase())
    : Array.from(text, (char) => (char === 'İ' ? 'i' : char.toLowerCase())).join('')
