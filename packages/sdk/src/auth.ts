import type { One, Page, SessionInfo, TokenPair } from '@holdfast/contract'
import type { AuthListener, AuthSession } from './auth-session.js'
import { toQueryString } from './encode-query.js'
import { exchange, type Wire } from './exchange.js'
import type { SessionKeeper } from './session-keeper.js'
import { type CallOptions, type PageOptions, type Send, segment } from './transport.js'

/** What proves who somebody is. */
export interface Credentials {
  email: string
  password: string
}

/** Signs users up, in and out. `client.auth`. */
export class AuthClient<User extends object, Profile = object> {
  readonly #wire: Wire
  readonly #send: Send
  readonly #keeper: SessionKeeper<User>

  /** @internal */
  constructor(wire: Wire, send: Send, keeper: SessionKeeper<User>) {
    this.#wire = wire
    this.#send = send
    this.#keeper = keeper
  }

  /**
   * Who is signed in, as known now. With an asynchronous storage it is null until that has answered: await
   * {@link AuthClient.session} first.
   *
   * @example
   * console.log(client.auth.user?.email ?? 'nobody')
   */
  get user(): User | null {
    return this.#keeper.current?.user ?? null
  }

  /**
   * The session, once it is loaded from the storage; null when nobody is signed in.
   *
   * @example
   * const session = await client.auth.session()
   * if (session) console.log(session.user.email, new Date(session.expiresAt))
   */
  session(): Promise<AuthSession<User> | null> {
    return this.#keeper.load()
  }

  /**
   * Makes an account and signs it in. Other keys than e-mail and password are fields of `users` that a user may change.
   * @throws HoldfastError `unique_violation` when the e-mail has an account, `validation_failed`, `unknown_field`
   *
   * @example
   * const { user } = await client.auth.signUp({ email: 'ada@example.com', password: 'correct horse', displayName: 'Ada' })
   */
  signUp(account: Credentials & Profile, options: CallOptions = {}): Promise<AuthSession<User>> {
    return this.#signIn('/auth/signup', account, options)
  }

  /**
   * Signs in.
   * @throws HoldfastError `invalid_credentials`, or `rate_limited` after too many wrong passwords
   *
   * @example
   * await client.auth.signInWithPassword({ email: 'ada@example.com', password: 'correct horse' })
   */
  signInWithPassword({ email, password }: Credentials, options: CallOptions = {}): Promise<AuthSession<User>> {
    return this.#signIn('/auth/login', { email, password }, options)
  }

  /**
   * Gets new tokens. The client does so by itself before they expire and when the server refuses one; calls at the
   * same time share one request.
   * @throws HoldfastError `unauthenticated` when nobody is signed in, `invalid_refresh_token` when the session has ended
   *
   * @example
   * await client.auth.refresh()
   */
  refresh(): Promise<AuthSession<User>> {
    return this.#keeper.refresh()
  }

  /**
   * Ends the session here and on the server. Here it is gone in any case; when the server cannot be told this throws,
   * and there the session ends when it expires.
   * @throws NetworkError, HoldfastError
   *
   * @example
   * await client.auth.signOut()
   */
  async signOut({ signal }: CallOptions = {}): Promise<void> {
    const session = await this.#keeper.load(signal)
    if (!session) return
    await this.#keeper.end()
    const body = { refreshToken: session.refreshToken }
    await exchange(this.#wire, { method: 'POST', path: '/auth/logout', body, signal })
  }

  /**
   * The signed-in user's record as it is now; also renews {@link AuthClient.user}.
   * @throws HoldfastError `unauthenticated`
   *
   * @example
   * const user = await client.auth.me()
   */
  async me(options: CallOptions = {}): Promise<User> {
    const { data } = (await this.#send('GET', '/auth/me', options)) as One<User>
    this.#keeper.updateUser(data)
    return data
  }

  /**
   * Changes the password. All sessions of the user end but this one, which gets new tokens.
   * @throws HoldfastError `invalid_credentials` when `current` is wrong, `validation_failed` when the new one is too short
   *
   * @example
   * await client.auth.changePassword({ current: 'correct horse', password: 'battery staple' })
   */
  async changePassword(
    change: { current: string; password: string },
    { signal }: CallOptions = {},
  ): Promise<AuthSession<User>> {
    const before = await this.#keeper.grant(signal)
    const answer = await this.#send('POST', '/auth/password/change', { body: change, signal })
    return this.#keeper.renew((answer as One<TokenPair<User>>).data, before)
  }

  /**
   * Where the user is signed in, the latest sign-in first; a page at a time.
   *
   * @example
   * const { data, meta } = await client.auth.sessions()
   * for (const session of data) console.log(session.userAgent, session.lastUsedAt, session.current)
   */
  async sessions({ signal, ...page }: PageOptions = {}): Promise<Page<SessionInfo>> {
    return (await this.#send('GET', '/auth/sessions', { query: toQueryString(page), signal })) as Page<SessionInfo>
  }

  /**
   * Ends one session of the user.
   *
   * @example
   * await client.auth.revokeSession(sessionId)
   */
  async revokeSession(id: string, options: CallOptions = {}): Promise<void> {
    await this.#send('DELETE', `/auth/sessions/${segment(id)}`, options)
  }

  /**
   * Ends all sessions of the user but this one.
   *
   * @example
   * await client.auth.revokeOtherSessions()
   */
  async revokeOtherSessions(options: CallOptions = {}): Promise<void> {
    await this.#send('DELETE', '/auth/sessions', options)
  }

  /**
   * Calls back on every sign-in, refresh and sign-out from now on. The change is complete by then and nothing waits
   * for the callback, so it may use the client freely. Returns the function that ends the subscription.
   *
   * @example
   * const stop = client.auth.onAuthStateChange((event, session) => {
   *   if (event === 'signedOut') console.log('Please sign in')
   *   else console.log(`Hello ${session?.user.email}`)
   * })
   * stop()
   */
  onAuthStateChange(listener: AuthListener<User>): () => void {
    return this.#keeper.listen(listener)
  }

  async #signIn(path: string, body: object, { signal }: CallOptions): Promise<AuthSession<User>> {
    const answer = await exchange(this.#wire, { method: 'POST', path, body, signal })
    return this.#keeper.begin((answer as One<TokenPair<User>>).data)
  }
}
