import type { TextOrder } from './match-values.js'

/** One sign of a pattern: a character, `_` or `%`. */
type Sign = string | typeof one | typeof many

const one = Symbol('_')
const many = Symbol('%')

/** `like`, over code points. Undefined for a pattern PostgreSQL refuses: one that ends with half an escape. */
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

/** Goes back to the last `%` only, so it takes at most the product of both lengths. */
function fits(text: readonly string[], signs: readonly Sign[]): boolean {
  let [at, sign] = [0, 0]
  let back: { at: number; sign: number } | undefined
  while (at < text.length) {
    if (signs[sign] === many) back = { at, sign: ++sign }
    else if (sign < signs.length && (signs[sign] === one || signs[sign] === text[at])) [at, sign] = [at + 1, sign + 1]
    else if (back) [at, sign] = [++back.at, back.sign]
    else return false
  }
  return signs.slice(sign).every((rest) => rest === many)
}

/** Small letters, one character for one: the only one that JavaScript makes two of is İ. */
const fold = (text: string, texts: TextOrder): string =>
  texts === 'C'
    ? text.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase())
    : Array.from(text, (char) => (char === 'İ' ? 'i' : char.toLowerCase())).join('')
