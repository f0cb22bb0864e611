/** Stands where something was that does not belong in a log. */
export const masked = '…'

/** Parameters that say how a list is shown. What is looked for may be somebody's name, and is left out; so is `state`, which guards sign-ins. */
const shown = new Set(['limit', 'offset', 'sort', 'fields', 'expand', 'count', 'groupBy', 'step', 'explain'])
const maxLength = 500

/** Parts of routes that hold what gives access. */
const secretParts = /\{(token|code|secret|key|ticket|signature)\}/i

/** Texts that look like keys and tokens, wherever they stand: prefixed, a JWT, or long and random. */
const secretLike =
  /^(sk|pk|hfr|hfp|whsec)_|^eyJ[\w-]+\.|^(?!\w{8}-\w{4}-\w{4}-\w{4}-\w{12}$)(?=.*\d)(?=.*[a-zA-Z])[\w~.+=-]{24,}$/

/** The path as the log may hold it. */
export function maskPath(path: string, route: string | undefined): string {
  const named = route?.split('/') ?? []
  const parts = path
    .split('/')
    .map((part, at) => (secretParts.test(named[at] ?? '') || looksSecret(part) ? masked : part))
  return cut(parts.join('/'))
}

/** The query, with the values of only those parameters that are harmless. */
export function maskQuery(url: string): string | null {
  const begin = url.indexOf('?')
  if (begin < 0 || begin === url.length - 1) return null
  const pairs = url
    .slice(begin + 1, begin + 1 + 4 * maxLength)
    .split('&')
    .map((pair) => {
      const [name = '', value] = pair.split('=', 2)
      if (looksSecret(name)) return masked
      return value === undefined || (shown.has(name) && !looksSecret(value)) ? pair : `${name}=${masked}`
    })
  return cut(pairs.join('&'))
}

function looksSecret(part: string): boolean {
  if (part.length < 4) return false
  return secretLike.test(part) || (part.includes('%') && secretLike.test(decoded(part)))
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

const cut = (text: string): string => (text.length > maxLength ? `${text.slice(0, maxLength)}…` : text)
