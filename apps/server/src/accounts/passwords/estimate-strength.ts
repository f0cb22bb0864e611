import type { PasswordHint } from '@holdfast/contract'
import type { ZxcvbnFactory } from '@zxcvbn-ts/core'

export interface Estimate {
  /** 0: guessed at once, 4: not in a lifetime. */
  readonly score: 0 | 1 | 2 | 3 | 4
  readonly warning: PasswordHint | null
  readonly suggestions: PasswordHint[]
}

/** The estimate takes longer than in proportion to the length; whoever has come so far has a good password. */
const maxLength = 64

let loaded: Promise<ZxcvbnFactory> | undefined

/**
 * How hard a password is to guess for somebody who knows `words` of its owner. The library and its list of common passwords
 * take 40 MB: they are loaded with the first password that is set.
 */
export async function estimateStrength(password: string, words: readonly string[]): Promise<Estimate> {
  loaded ??= load()
  const { score, feedback } = (await loaded).check(password.slice(0, maxLength), [...words])
  const warning = feedback.warning === null ? undefined : toHint(feedback.warning)
  const suggestions = feedback.suggestions.flatMap((code) => toHint(code) ?? [])
  return { score, warning: warning ?? null, suggestions }
}

async function load(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory }, { adjacencyGraphs, dictionary }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ])
  return new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs, maxLength })
}

function toHint(code: string): PasswordHint | undefined {
  const message = Object.hasOwn(messages, code) ? messages[code] : undefined
  return message === undefined ? undefined : { code, message }
}

/** The library speaks in these words. */
const messages: Readonly<Record<string, string>> = {
  straightRow: 'Keys in a row are easy to guess.',
  keyPattern: 'Short patterns of keys are easy to guess.',
  simpleRepeat: 'Repeated characters like "aaa" are easy to guess.',
  extendedRepeat: 'Repeated patterns like "abcabc" are easy to guess.',
  sequences: 'Sequences like "abc" and "6543" are easy to guess.',
  recentYears: 'Years are easy to guess.',
  dates: 'Dates are easy to guess.',
  topTen: 'This is one of the most common passwords.',
  topHundred: 'This is a very common password.',
  common: 'This is a common password.',
  similarToCommon: 'This is similar to a common password.',
  wordByItself: 'A single word is easy to guess.',
  namesByThemselves: 'Names are easy to guess.',
  commonNames: 'Common names are easy to guess.',
  userInputs: 'It should have nothing of the account in it.',
  l33t: 'Signs in place of letters, like @ for a, help little.',
  reverseWords: 'Words backwards help little.',
  allUppercase: 'Capital letters alone help little.',
  capitalization: 'A capital letter at the beginning helps little.',
  associatedYears: 'Avoid years that have to do with you.',
  repeated: 'Avoid repeated words and characters.',
  longerKeyboardPattern: 'Use longer patterns of keys, and change their direction.',
  anotherWord: 'Add some more words that are less common.',
  useWords: 'Use several words, but none that belong together.',
  noNeed: 'It can do without digits, signs and capital letters.',
}
