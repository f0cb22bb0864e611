import type { Action } from '@holdfast/contract'

/** Who is asking. Made by the auth guard only. */
export type Principal = PublicPrincipal | UserPrincipal | KeyPrincipal

/** Nobody signed in. */
export interface PublicPrincipal {
  readonly kind: 'public'
}

export interface UserPrincipal {
  readonly kind: 'user'
  readonly userId: string
  /** The session; for whoever comes by an API key, the id of the key. */
  readonly sessionId: string
  /** Named roles given to the user, sorted; `public` and `user` go without saying. Users without a proof of who they are have `anonymous`. */
  readonly roles: readonly string[]
  /** Has the role `admin` and nothing limits it: passes every rule and every route. */
  readonly admin: boolean
  /** The team the session has switched to: the caller is a member of it. */
  readonly team?: string
  /** Equal as long as the user is in the same teams, in the same roles: what was looked up of them is good so long. */
  readonly memberships?: string
  /** How and when the session was proven; absent where nobody is really signed in. */
  readonly proof?: SessionProof
  /** The admin who acts as this user. */
  readonly impersonatorId?: string
  /** The API key of this user that was shown in place of a session. */
  readonly keyId?: string
  /** What the key is limited to. */
  readonly scope?: KeyScope
  /** Where the key may be used from: equal as long as that is the same. */
  readonly places?: string
}

/** An API key that belongs to no user: rules see `public` and its roles, there is no `$user.id`. */
export interface KeyPrincipal {
  readonly kind: 'key'
  readonly keyId: string
  /** Names an app and may be seen by anyone: a `pk_`, not a `sk_`. */
  readonly publishable: boolean
  /** Named roles given to the key, sorted; `public` goes without saying, `user` does not. */
  readonly roles: readonly string[]
  /** Has the role `admin` and nothing limits it. */
  readonly admin: boolean
  readonly scope?: KeyScope
  readonly places?: string
}

/** What a key is limited to, whatever its roles open. What is left out is not limited. */
export interface KeyScope {
  /** Ids, which a new collection of an old name does not have. */
  readonly collections?: readonly string[]
  readonly actions?: readonly Action[]
}

export interface SessionProof {
  /** The latest proof of any factor, and of a second one, in milliseconds since 1970. */
  readonly provenAtMs: number
  readonly secondFactorAtMs: number | undefined
}

export const publicPrincipal: PublicPrincipal = Object.freeze({ kind: 'public' })

/** Passes every rule and every route for admins. Never a key that is limited. */
export const isAdmin = (principal: Principal): boolean => principal.kind !== 'public' && principal.admin

/** Whoever has this role passes every rule, within what a key is limited to. */
export const passesRules = (principal: Principal): boolean =>
  principal.kind !== 'public' && principal.roles.includes('admin')

/** What the principal is limited to beside the rules. */
export const scopeOf = (principal: Principal): KeyScope | undefined =>
  principal.kind === 'public' ? undefined : principal.scope

/**
 * A person who signed in, here by their own session: not a program with a key, and no admin who acts as somebody else. What
 * gives lasting access (passwords, factors, keys) is theirs alone.
 */
export const isInPerson = (principal: Principal): principal is UserPrincipal =>
  principal.kind === 'user' && principal.keyId === undefined && principal.impersonatorId === undefined

/** Sees of collections marked `tenant` the records of one team or none. Only admins who have switched to no team see all. */
export const isInTeam = (principal: Principal): boolean =>
  !passesRules(principal) || (principal.kind === 'user' && principal.team !== undefined)

/**
 * Who may have what was given to the principal: a cursor, an answer that is repeated. Keys of one user may be limited in
 * different ways, so each is its own; so is a user in each of their teams.
 */
export function holderOf(principal: Principal): string {
  if (principal.kind === 'public') return 'public'
  if (principal.kind === 'user' && principal.keyId === undefined)
    return `user ${principal.userId}${principal.team === undefined ? '' : ` in ${principal.team}`}`
  return `key ${principal.keyId}`
}

/** Somebody, by a session or a key. */
export type Holder = UserPrincipal | KeyPrincipal

/** What was shown: a session or a key, by its id. */
export const credentialOf = (principal: Holder): string =>
  principal.kind === 'key' ? principal.keyId : principal.sessionId

/** Whether what was said of a user, or of a key, is about this principal, or about the admin who acts in its place. */
export const isAbout = (principal: Principal, id: string): boolean =>
  principal.kind === 'user'
    ? principal.userId === id || principal.keyId === id || principal.impersonatorId === id
    : principal.kind === 'key' && principal.keyId === id

/** Equal for principals to whom the same stands open, as far as roles and keys decide it. Names have no spaces. */
export function rightsKeyOf(principal: Principal): string {
  if (principal.kind === 'public') return 'public'
  const { scope } = principal
  const roles = passesRules(principal)
    ? `admin${isInTeam(principal) ? ' in a team' : ''}`
    : `${principal.kind} ${principal.roles.join(' ')}`
  return scope === undefined ? roles : `${roles} ${JSON.stringify([scope.collections, scope.actions])}`
}
