/** A signed-in user and the tokens that prove it. */
export interface AuthSession<User> {
  /** JWT that goes with every request. Empty where the session lies in cookies. */
  readonly accessToken: string
  /** Single use: each refresh gives a new one. Empty where the session lies in cookies. */
  readonly refreshToken: string
  /** Where the session lies in cookies: goes with every request that changes something. */
  readonly csrfToken?: string | undefined
  /** When the access token ends, in milliseconds since 1970 by this device's clock. */
  readonly expiresAt: number
  /** From when on the client gets new tokens before it sends a request. */
  readonly refreshAt: number
  /** The user's own record, as the user may read it. */
  readonly user: User
}

/** `signedOut` also comes when the server ended the session: revoked, password changed, unused for too long. */
export type AuthEvent = 'signedIn' | 'refreshed' | 'signedOut'

/** Told about a change after it is complete: it may use the client freely. */
export type AuthListener<User> = (event: AuthEvent, session: AuthSession<User> | null) => void
