/** Answer of every way to sign in, and of refresh, with the header `X-Session-Mode: cookie`: the tokens are in cookies. */
export interface CookieSession<User = Record<string, unknown>> extends CsrfToken {
  /** Seconds until `POST /auth/refresh` is due. */
  expiresIn: number
  /** As the user may read it. */
  user: User
}

/** Answer of `GET /auth/csrf`. */
export interface CsrfToken {
  /** For the header `X-CSRF-Token` of everything but GET and HEAD, as long as the session lasts. */
  csrfToken: string
}
