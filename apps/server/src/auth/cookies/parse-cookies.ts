import type { IncomingMessage } from 'node:http'

/** Longer than any cookie of ours: beyond it nothing is looked at. */
const maxLength = 4096

/**
 * The value of one cookie; undefined where there is none. A name that stands there twice counts for nothing: a page of a
 * neighbouring subdomain may have put one of them there, and which comes first is up to the browser.
 */
export function readCookie({ headers }: Pick<IncomingMessage, 'headers'>, name: string): string | undefined {
  const header = headers.cookie
  if (header === undefined) return undefined
  const found = header.split(';').flatMap((pair) => {
    const at = pair.indexOf('=')
    return at > 0 && pair.slice(0, at).trim() === name ? [pair.slice(at + 1).trim()] : []
  })
  return found.length === 1 && found[0]!.length <= maxLength && found[0] !== '' ? found[0] : undefined
}

export interface CookieOptions {
  readonly path: string
  readonly secure: boolean
  readonly maxAgeSeconds: number
}

/** No script reads it, and no other site sends it but by a link that somebody follows. The value must be harmless text. */
export const writeCookie = (name: string, value: string, { path, secure, maxAgeSeconds }: CookieOptions): string =>
  `${name}=${value}; Path=${path}; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`
