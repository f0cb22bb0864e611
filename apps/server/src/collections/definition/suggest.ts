import { nearestWord } from '../../lib/index.js'

/** ` Did you mean maxLength?`, or nothing when no candidate is near. */
export function suggest(word: string, candidates: Iterable<string>): string {
  const best = nearestWord(word, candidates)
  return best === undefined ? '' : `. Did you mean ${best}?`
}
