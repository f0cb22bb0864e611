import type { CookieSession, One, TokenPair } from '@holdfast/contract'
import { HoldfastError } from '../errors.js'
import { exchange, type Wire } from '../exchange.js'
import { waitFor } from '../wait-for.js'
import type { AuthEvent, AuthListener, AuthSession } from './session.js'
import type { StoredSession } from './stored-session.js'

/** A token to send, and the sign-in it belongs to. */
export interface Grant {
  /** Empty where cookies say who is here. */
  readonly token: string
  readonly csrfToken?: string
  readonly signIn: number
  /** When asking again gives a newer one, in milliseconds since 1970; unset for a token that is never renewed. */
  readonly refreshAt?: number
}

/** What a sign-in and a refresh answer. */
export type NewSession<User> = TokenPair<User> | CookieSession<User>

/** What gives requests their token. */
export interface TokenSource {
  /** A token that is good for a request now; undefined when nobody is signed in. */
  grant(signal?: AbortSignal): Promise<Grant | undefined>
  /** Another token of the same sign-in after the server refused one; undefined when there is none. */
  replace(refused: Grant, signal?: AbortSignal): Promise<Grant | undefined>
}

/** Holds the session of a client, and refreshes it once for all who ask at the same time. */
export class SessionKeeper<User extends object> implements TokenSource {
  readonly #wire: Wire
  readonly #stored: StoredSession<User>
  readonly #listeners = new Set<{ readonly call: AuthListener<User> }>()
  #session: AuthSession<User> | null = null
  /** Counts sign-ins and sign-outs: what one user began never goes on as another. */
  #signIn = 0
  #loading: Promise<void> | undefined
  #refreshing: Promise<AuthSession<User>> | undefined

  constructor(wire: Wire, stored: StoredSession<User>) {
    this.#wire = wire
    this.#stored = stored
    const session = stored.read()
    if (session instanceof Promise) this.#loading = this.#finishLoading(session)
    else this.#session = session
  }

  /** As known now; null as long as an asynchronous storage has not answered. */
  get current(): AuthSession<User> | null {
    return this.#session
  }

  async load(signal?: AbortSignal): Promise<AuthSession<User> | null> {
    if (this.#loading) await waitFor(this.#loading, signal)
    return this.#session
  }

  async grant(signal?: AbortSignal): Promise<Grant | undefined> {
    const session = await this.load(signal)
    const signIn = this.#signIn
    if (!session) return undefined
    if (Date.now() < session.refreshAt) return toGrant(session, signIn)
    try {
      return toGrant(await waitFor(this.refresh(), signal), signIn)
    } catch (error) {
      const isStillGood = this.#signIn === signIn && Date.now() < session.expiresAt && !signal?.aborted
      if (isStillGood) return toGrant(session, signIn)
      throw error
    }
  }

  async replace({ token, signIn, refreshAt }: Grant, signal?: AbortSignal): Promise<Grant | undefined> {
    if (!this.#session || this.#signIn !== signIn) return undefined
    const isOther = this.#session.accessToken !== token || this.#session.refreshAt !== refreshAt
    if (isOther) return toGrant(this.#session, signIn)
    return toGrant(await waitFor(this.refresh(), signal), signIn)
  }

  /** New tokens. Who asks while a refresh is under way gets its result. */
  refresh(): Promise<AuthSession<User>> {
    this.#refreshing ??= this.#refreshOnce()
    return this.#refreshing
  }

  /** Begins the session that a sign-in gave. */
  async begin(pair: NewSession<User>): Promise<AuthSession<User>> {
    await this.#loading
    const session = toSession(pair)
    await this.#change('signedIn', session)
    return session
  }

  /** Goes on with new tokens, unless somebody signed out or in since `before`. */
  async renew(pair: NewSession<User>, before: Grant | undefined): Promise<AuthSession<User>> {
    const session = toSession(pair)
    if (before?.signIn === this.#signIn) await this.#change('refreshed', session)
    return session
  }

  /** Goes on in the same session with another access token, unless somebody signed out or in since `before`. */
  async adopt({ accessToken = '' }: { accessToken?: string | undefined }, before: Grant | undefined): Promise<void> {
    const session = this.#session
    if (session && before?.signIn === this.#signIn) await this.#change('refreshed', { ...session, accessToken })
  }

  /** Forgets the session on this device. */
  async end(): Promise<void> {
    if (this.#session) await this.#change('signedOut', null)
  }

  /** Keeps a newer copy of the user's record. */
  updateUser(user: User): void {
    if (!this.#session || idOf(this.#session.user) !== idOf(user)) return
    this.#session = { ...this.#session, user }
    void this.#stored.write(this.#session)
  }

  listen(call: AuthListener<User>): () => void {
    const listener = { call }
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  async #finishLoading(reading: Promise<AuthSession<User> | null>): Promise<void> {
    this.#session = await reading
    this.#loading = undefined
  }

  async #refreshOnce(): Promise<AuthSession<User>> {
    await this.#loading
    const signIn = this.#signIn
    try {
      await this.#fetchTokens(signIn)
      if (!this.#session || this.#signIn !== signIn) throw notSignedIn()
      return this.#session
    } finally {
      if (this.#signIn === signIn) this.#refreshing = undefined
    }
  }

  async #fetchTokens(signIn: number): Promise<void> {
    if ((await this.#adoptNewer()) || this.#signIn !== signIn) return
    const before = this.#session
    if (!before) throw notSignedIn()
    const { refreshToken, csrfToken } = before
    const body = csrfToken === undefined ? { refreshToken } : {}
    const request = { method: 'POST', path: '/auth/refresh', body, csrfToken }
    try {
      const { data } = (await exchange(this.#wire, request)) as One<NewSession<User>>
      if (this.#signIn === signIn) void this.#change('refreshed', toSession(data))
    } catch (error) {
      if (!(error instanceof HoldfastError && error.status === 401)) throw error
      if (this.#signIn !== signIn || (await this.#adoptNewer())) return
      void this.end()
      throw error
    }
  }

  /**
   * Another tab may have refreshed already, or signed in as someone else: then the storage is ahead of us.
   * True when its tokens are good, false when they are only newer, or are not.
   */
  async #adoptNewer(): Promise<boolean> {
    const before = this.#session
    const stored = await this.#stored.read()
    if (!before || !stored || this.#session !== before || stored.refreshAt <= before.refreshAt) return false
    const isSameUser = idOf(stored.user) === idOf(before.user)
    this.#replace(isSameUser ? 'refreshed' : 'signedIn', stored)
    return Date.now() < stored.refreshAt
  }

  #change(event: AuthEvent, session: AuthSession<User> | null): Promise<unknown> {
    this.#replace(event, session)
    return this.#stored.write(session)
  }

  #replace(event: AuthEvent, session: AuthSession<User> | null): void {
    this.#session = session
    if (event !== 'refreshed') {
      this.#signIn += 1
      this.#refreshing = undefined
    }
    // In tasks of their own: nothing of ours waits for listeners, and they wait for nothing of ours.
    for (const listener of this.#listeners)
      queueMicrotask(() => {
        if (this.#listeners.has(listener)) listener.call(event, session)
      })
  }
}

const toGrant = ({ accessToken: token, csrfToken, refreshAt }: AuthSession<object>, signIn: number): Grant => ({
  token,
  csrfToken,
  signIn,
  refreshAt,
})

const idOf = (user: object): unknown => ('id' in user ? user.id : undefined)

function toSession<User>(answer: NewSession<User>): AuthSession<User> {
  const { expiresIn, user } = answer
  const tokens = 'csrfToken' in answer ? { accessToken: '', refreshToken: '', csrfToken: answer.csrfToken } : answer
  const { accessToken, refreshToken, csrfToken } = { csrfToken: undefined, ...tokens }
  const now = Date.now()
  const lifeMs = expiresIn * 1000
  return { accessToken, refreshToken, csrfToken, expiresAt: now + lifeMs, refreshAt: now + lifeMs * 0.9, user }
}

const notSignedIn = () =>
  new HoldfastError(401, { code: 'unauthenticated', detail: 'Nobody is signed in', status: 401 })
