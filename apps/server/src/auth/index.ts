/** Who is asking: principals, access tokens, sessions. */
export { AccessTokens } from './access-tokens.js'
export type { GuardedRequest } from './auth.guard.js'
export { invalidToken, notSignedIn } from './auth-errors.js'
export { Caller } from './caller.js'
export { type Principal, type PublicPrincipal, publicPrincipal, type UserPrincipal } from './principal.js'
export { Principals } from './principals.js'
export { Session } from './session.entity.js'
export { type ClientInfo, type OpenSession, Sessions } from './sessions.js'
