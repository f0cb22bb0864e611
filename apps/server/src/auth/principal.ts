/** Who is asking. Made by the auth guard only. */
export type Principal = PublicPrincipal | UserPrincipal

/** Nobody signed in. */
export interface PublicPrincipal {
  readonly kind: 'public'
}

export interface UserPrincipal {
  readonly kind: 'user'
  readonly userId: string
  readonly sessionId: string
  /** Named roles given to the user, sorted; `public` and `user` go without saying. Users without a proof of who they are have `anonymous`. */
  readonly roles: readonly string[]
  /** Has the role `admin`: passes every rule. */
  readonly admin: boolean
  /** How and when the session was proven; absent where nobody is really signed in. */
  readonly proof?: SessionProof
  /** The admin who acts as this user. */
  readonly impersonatorId?: string
}

export interface SessionProof {
  /** The latest proof of any factor, and of a second one, in milliseconds since 1970. */
  readonly provenAtMs: number
  readonly secondFactorAtMs: number | undefined
}

export const publicPrincipal: PublicPrincipal = Object.freeze({ kind: 'public' })
