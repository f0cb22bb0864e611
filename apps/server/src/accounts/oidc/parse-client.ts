import type { OidcClientDefinition, OidcScope } from '@holdfast/contract'
import { invalidAt } from '../../lib/index.js'

export const oidcScopes: readonly OidcScope[] = ['openid', 'profile', 'email', 'roles', 'teams', 'offline_access']

/** Everything an app is, checked. */
export type ParsedClient = Required<OidcClientDefinition>

/** @throws invalid_value, naming the path */
export function parseClient(body: OidcClientDefinition): ParsedClient {
  const { name, kind = 'confidential', redirectUris, postLogoutRedirectUris = [], scopes = [...oidcScopes] } = body
  const { trusted = false } = body
  for (const [index, uri] of redirectUris.entries()) checkUri(uri, kind, `redirectUris.${index}`)
  for (const [index, uri] of postLogoutRedirectUris.entries()) checkUri(uri, kind, `postLogoutRedirectUris.${index}`)
  if (!scopes.includes('openid')) throw invalidAt('invalid_value', 'scopes', 'scopes must have openid')
  return { name, kind, redirectUris, postLogoutRedirectUris, scopes, trusted }
}

/** Apps on phones and computers: another app there could take their place, so nobody is signed in to them unasked. */
export const isNative = (redirectUris: readonly string[]): boolean =>
  redirectUris.some((uri) => !uri.startsWith('https:'))

const unclean = /[\\\s\p{Cc}*]/u
const loopback = /^(localhost|127\.0\.0\.1|\[::1\])$/
/** A scheme that belongs to somebody has the name of a domain in it (RFC 8252, section 7.1). */
const ownScheme = /^[a-z][a-z0-9-]*(\.[a-z0-9-]+)+:$/

function checkUri(text: string, kind: 'confidential' | 'public', path: string): void {
  const invalid = (fault: string) => invalidAt('invalid_value', path, `${path} ${fault}`)
  const url = unclean.test(text) ? null : URL.parse(text)
  if (url === null || text.length > 2000) throw invalid('must be a whole URL, without wildcards')
  if (url.hash !== '' || text.includes('#')) throw invalid('must not have a fragment')
  if (url.username !== '' || url.password !== '') throw invalid('must not hold a user or a password')
  if (url.protocol === 'https:') return
  if (url.protocol === 'http:') {
    if (!loopback.test(url.hostname)) throw invalid('must be https, other than on the loopback')
  } else if (kind !== 'public' || !ownScheme.test(url.protocol))
    throw invalid('must be https or, for public clients, of a scheme such as com.example.app:')
}
