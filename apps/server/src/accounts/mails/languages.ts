import type { Request } from 'express'

const pattern = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/

/** A language tag of BCP 47 in the form it is stored in; undefined for what is none. */
export function parseLanguage(text: string): string | undefined {
  const [language = '', ...rest] = text.split('-')
  const tag = [language.toLowerCase(), ...rest].join('-')
  return pattern.test(tag) ? tag : undefined
}

/** What to look for, the best first: `de-AT`, `de`, `en`. */
export function languagesFor(...tags: readonly (string | undefined)[]): string[] {
  const known = tags.flatMap((tag) => (tag === undefined ? undefined : parseLanguage(tag)) ?? [])
  return [...new Set([...known.flatMap((tag) => [tag, tag.split('-')[0]!]), 'en'])]
}

/** The language a request would like best. */
export function languageOf(request: Request): string | undefined {
  const [best] = request.acceptsLanguages()
  return best === undefined ? undefined : parseLanguage(best)
}
