import type { One, Page, SessionInfo } from '@holdfast/contract'
import { toQueryString } from '../encode-query.js'
import { HoldfastError } from '../errors.js'
import { exchange, type Wire } from '../exchange.js'
import { type CallOptions, type PageOptions, type Send, segment } from '../transport.js'
import { AccountClient } from './account.js'
import { MfaClient } from './mfa.js'
import { PasskeysClient } from './passkeys.js'
import { ProvidersClient } from './providers.js'
import type { AuthListener, AuthSession } from './session.js'
import type { NewSession, SessionKeeper } from './session-keeper.js'
import { SignIn, type SignInAnswer } from './sign-in.js'
import type { TokenStorage } from './token-storage.js'

/** Where a client keeps what it needs the next time, and under which name. */
export interface SessionPlace {
  readonly storage: TokenStorage
  readonly key: string
}

/** What proves who somebody is. */
export interface Credentials {
  email: string
  password: string
}

/** Signs users up, in and out. `client.auth`. */
export class AuthClient<User extends object, Profile = object> {
  /** Authenticator apps and recovery codes. */
  readonly mfa: MfaClient<User>
  /** Passkeys. */
  readonly passkeys: PasskeysClient<User>
  /** Google, GitHub, a company's own: sign-in somewhere else. */
  readonly providers: ProvidersClient<User>
  /** Addresses, proofs and data of the signed-in user. */
  readonly account: AccountClient
  readonly #wire: Wire
  readonly #send: Send
  readonly #keeper: SessionKeeper<User>
  readonly #signIn: SignIn<User>

  /** @internal */
  constructor(wire: Wire, send: Send, keeper: SessionKeeper<User>, { storage, key }: SessionPlace) {
    this.#wire = wire
    this.#send = send
    this.#keeper = keeper
    this.#signIn = new SignIn(wire, keeper)
    this.mfa = new MfaClient(send, this.#signIn)
    this.passkeys = new PasskeysClient(send, this.#signIn)
    this.providers = new ProvidersClient(wire.baseUrl, send, this.#signIn, storage, key)
    this.account = new AccountClient(send, () => keeper.end())
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
    return this.#signIn.with('/auth/signup', account, options, true)
  }

  /**
   * Makes the first admin of a server by the token of the link that it printed, and signs it in.
   * @throws HoldfastError `unauthenticated` when the link is used up or too old, `validation_failed`
   *
   * @example
   * await client.auth.setUp({ token, email: 'ada@example.com', password: 'correct horse' })
   */
  setUp(admin: Credentials & { token: string }, options: CallOptions = {}): Promise<AuthSession<User>> {
    return this.#signIn.with('/admin/setup', admin, options)
  }

  /**
   * Signs in.
   * @throws HoldfastError `invalid_credentials`, or `rate_limited` after too many wrong passwords
   *
   * @example
   * await client.auth.signInWithPassword({ email: 'ada@example.com', password: 'correct horse' })
   */
  signInWithPassword({ email, password }: Credentials, options: CallOptions = {}): Promise<AuthSession<User>> {
    return this.#signIn.with('/auth/login', { email, password }, options)
  }

  /**
   * Signs in somebody who gives no name. What they make is theirs; `signUp`, a code, a link or a provider turns the same
   * user into a known one later.
   *
   * @example
   * await client.auth.signInAnonymously()
   */
  signInAnonymously(profile: Partial<Profile> = {}, options?: CallOptions): Promise<AuthSession<User>> {
    return this.#signIn.with('/auth/anonymous', profile, options)
  }

  /**
   * Sends a code of six digits to an e-mail address or a phone number. Never tells whether there is an account.
   *
   * @example
   * await client.auth.sendCode({ email: 'ada@example.com' })
   */
  async sendCode(to: { email: string } | { phone: string }, { signal }: CallOptions = {}): Promise<void> {
    await this.#send('POST', 'email' in to ? '/auth/otp' : '/auth/phone', { body: to, signal })
  }

  /**
   * Signs in by that code. Where sign-up is open, somebody new gets an account, with what `profile` says.
   * @throws SecondFactorRequired, HoldfastError `invalid_secret`
   *
   * @example
   * await client.auth.signInWithCode({ email: 'ada@example.com', code: '123456' })
   */
  signInWithCode(
    proof: ({ email: string } | { phone: string }) & { code: string } & Partial<Profile>,
    options?: CallOptions,
  ): Promise<AuthSession<User>> {
    return this.#signIn.with('email' in proof ? '/auth/otp/verify' : '/auth/phone/verify', proof, options, true)
  }

  /**
   * Sends a link by which the owner of the address signs in.
   *
   * @example
   * await client.auth.sendMagicLink('ada@example.com', { redirectTo: 'https://app.example.com/signed-in' })
   */
  async sendMagicLink(email: string, { signal, ...more }: CallOptions & { redirectTo?: string } = {}): Promise<void> {
    await this.#send('POST', '/auth/magic-link', { body: { email, ...more }, signal })
  }

  /**
   * Signs in by the token of that link.
   * @throws SecondFactorRequired, HoldfastError `invalid_secret`
   *
   * @example
   * await client.auth.signInWithMagicLink(token)
   */
  signInWithMagicLink(token: string, options?: CallOptions): Promise<AuthSession<User>> {
    return this.#signIn.with('/auth/magic-link/verify', { token }, options, true)
  }

  /**
   * Accepts an invitation by the token of its mail, and signs in.
   *
   * @example
   * await client.auth.acceptInvite({ token, password: 'correct horse' })
   */
  acceptInvite(
    invite: { token: string; password?: string } & Partial<Profile>,
    options?: CallOptions,
  ): Promise<AuthSession<User>> {
    return this.#signIn.with('/auth/invite/accept', invite, options)
  }

  /**
   * With `cookies: true`: begins the session that the browser has cookies of, from before this page or from the hosted
   * pages. Null when there is none.
   *
   * @example
   * const session = await client.auth.resume()
   */
  async resume({ signal }: CallOptions = {}): Promise<AuthSession<User> | null> {
    try {
      const csrf = await exchange(this.#wire, { method: 'GET', path: '/auth/csrf', signal })
      const { csrfToken } = (csrf as One<{ csrfToken: string }>).data
      const request = { method: 'POST', path: '/auth/refresh', body: {}, csrfToken, signal }
      return await this.#signIn.begin(((await exchange(this.#wire, request)) as One<SignInAnswer<User>>).data)
    } catch (error) {
      if (error instanceof HoldfastError && error.status === 401) return null
      throw error
    }
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
    const { refreshToken, csrfToken } = session
    const body = csrfToken === undefined ? { refreshToken } : {}
    await exchange(this.#wire, { method: 'POST', path: '/auth/logout', body, csrfToken, signal })
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
    return this.#keeper.renew((answer as One<NewSession<User>>).data, before)
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
}
