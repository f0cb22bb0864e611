/** Who is asking: principals, access tokens, sessions. */
export { AccessTokens } from './access-tokens.js'
export type { GuardedDirectRequest, GuardedRequest } from './auth.guard.js'
export { expiredToken, invalidToken, notSignedIn } from './auth-errors.js'
export { Caller } from './caller.js'
export { readCookie, writeCookie } from './cookies/parse-cookies.js'
export { SessionCookies } from './cookies/session-cookies.js'
export { type SessionMode, sessionModeOf } from './cookies/session-mode.js'
export { Identities, type Identity } from './identities.js'
export { ApiKeys, toVisit, type Visit } from './keys/api-keys.js'
export { newKeyText, startOf } from './keys/key-text.js'
export {
  credentialOf,
  type Holder,
  holderOf,
  isAbout,
  isAdmin,
  isInPerson,
  isInTeam,
  type KeyPrincipal,
  type KeyScope,
  type Principal,
  type PublicPrincipal,
  passesRules,
  publicPrincipal,
  rightsKeyOf,
  scopeOf,
  type UserPrincipal,
} from './principal.js'
export { Principals, rolesOf, valid as validSession } from './principals.js'
export { hasAnyFactor, hasSecondFactor, mustHaveSecondFactor } from './second-factor.js'
export { SessionRefresh } from './session-refresh.js'
export {
  type ClientInfo,
  type OpenSession,
  type Proof,
  type ProofMethod,
  type ProvenPassword,
  type SessionOutcome,
  Sessions,
} from './sessions.js'
export { algorithms, type SigningKey, type SigningPurpose } from './signing-key.js'
export { SigningKeys } from './signing-keys.js'
export { assumedUser, nobody } from './view-as/assumed-user.js'
