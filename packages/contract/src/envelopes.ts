/** Answer with one record or object. */
export interface One<T> {
  data: T
}

/** Answer with a page. */
export interface Page<T> {
  data: T[]
  meta: PageMeta
}

export interface PageMeta {
  /** Pass it as `cursor` for the next page; null on the last. */
  nextCursor: string | null
  /** Only when asked for with `count`. */
  total?: number
}

/** `count=`: how much work the total may cost. `upTo:N` counts no further than N. */
export type CountMode = 'none' | 'exact' | 'estimated' | `upTo:${number}`

/** Answer of sign-up, sign-in and refresh. */
export interface TokenPair<User = Record<string, unknown>> {
  /** EdDSA JWT, verifiable with `/.well-known/jwks.json`. */
  accessToken: string
  /** Single use: each refresh gives a new one. */
  refreshToken: string
  /** Seconds the access token lives. */
  expiresIn: number
  /** As the user may read it. */
  user: User
}

/** One place the user is signed in at. */
export interface SessionInfo {
  id: string
  createdAt: string
  lastUsedAt: string
  expiresAt: string
  userAgent: string | null
  address: string | null
  /** The session this request came with. */
  current: boolean
}
