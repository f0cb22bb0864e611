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
  /** Named roles given to the user, sorted; `public` and `user` go without saying. */
  readonly roles: readonly string[]
  /** Has the role `admin`: passes every rule. */
  readonly admin: boolean
}

export const publicPrincipal: PublicPrincipal = Object.freeze({ kind: 'public' })
