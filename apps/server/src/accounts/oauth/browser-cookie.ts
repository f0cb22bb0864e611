import { createHash, randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { readCookie, writeCookie } from '../../auth/index.js'

/** Longer than a sign-in may take. */
const maxAgeSeconds = 900
const valuePattern = /^[\w-]{43}$/

const isSecure = (publicUrl: string): boolean => publicUrl.startsWith('https:')

/** On https the name says that no subdomain and no page over http has set it. */
const nameOf = (publicUrl: string): string => (isSecure(publicUrl) ? '__Host-holdfast-oauth' : 'holdfast-oauth')

/** A browser that begins to sign in, whichever tabs it does that in. */
export interface Browser {
  readonly id: string
  readonly cookie: string
}

/** The browser of this request, new or known. The cookie is sent again, so that it lasts as long as what begins now. */
export function rememberBrowser(request: IncomingMessage, publicUrl: string): Browser {
  const value = findValue(request, publicUrl) ?? randomBytes(32).toString('base64url')
  const options = { path: '/', secure: isSecure(publicUrl), maxAgeSeconds }
  return { id: idOf(value), cookie: writeCookie(nameOf(publicUrl), value, options) }
}

/** Undefined: another browser than any that began. */
export function findBrowser(request: IncomingMessage, publicUrl: string): string | undefined {
  const value = findValue(request, publicUrl)
  return value && idOf(value)
}

const idOf = (value: string): string => createHash('sha256').update(value).digest('base64url')

function findValue(request: IncomingMessage, publicUrl: string): string | undefined {
  const value = readCookie(request, nameOf(publicUrl))
  return value !== undefined && valuePattern.test(value) ? value : undefined
}
