import type { One, TokenPair } from '@holdfast/contract'
import type { AuthEvent, AuthListener, AuthSession } from './auth-session.js'
import { HoldfastError } from './errors.js'
import { exchange, type Wire } from './exchange.js'
import type { StoredSession } from './stored-session.js'
import { waitFor } from './wait-for.js'

/** What gives requests their token. */
export interface TokenSource {
  /** A token that is good for a request now; undefined when nobody is signed in. */
  token(signal?: AbortSignal): Promise<string | undefined>
  /** Another token after the server refused this one; undefined when there is none. */
  replaceToken(refused: string, signal?: AbortSignal): Promise<string | undefined>
}

/** Holds the session of a client, and refreshes it once for all who ask at the same time. */
export class SessionKeeper<User> implements TokenSource {
  readonly #wire: Wire
  readonly #stored: StoredSession<User>
  readonly #listeners = new Set<{ readonly call: AuthListener<User> }>()
  #session: AuthSession<User> | null = null
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

  async token(signal?: AbortSignal): Promise<string | undefined> {
    const session = await this.load(signal)
    if (!session || Date.now() < session.refreshAt) return session?.accessToken
    try {
      return (await waitFor(this.refresh(), signal)).accessToken
    } catch (error) {
      const stillGood = this.#isStill(session) && Date.now() < session.expiresAt && !signal?.aborted
      if (stillGood) return session.accessToken
      throw error
    }
  }

  async replaceToken(refused: string, signal?: AbortSignal): Promise<string | undefined> {
    const current = this.#session?.accessToken
    if (current !== refused) return current
    return (await waitFor(this.refresh(), signal)).accessToken
  }

  /** New tokens. Who asks while a refresh is under way gets its result. */
  refresh(): Promise<AuthSession<User>> {
    this.#refreshing ??= this.#refreshOnce().finally(() => {
      this.#refreshing = undefined
    })
    return this.#refreshing
  }

  /** Begins the session that a sign-in gave, or goes on with it after all tokens of before ended. */
  async start(pair: TokenPair<User>, event: 'signedIn' | 'refreshed' = 'signedIn'): Promise<AuthSession<User>> {
    await this.#loading
    const session = toSession(pair)
    await this.#change(event, session)
    return session
  }

  /** Forgets the session on this device. */
  async end(): Promise<void> {
    if (this.#session) await this.#change('signedOut', null)
  }

  /** Keeps a newer copy of the user's record, unless someone else is signed in by now. */
  updateUser(of: AuthSession<User>, user: User): void {
    if (!this.#isStill(of)) return
    this.#session = { ...of, user }
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
    const current = await this.load()
    if (!current) throw notSignedIn()
    const before = (await this.#adoptNewer(current)) ?? current
    if (before !== current && Date.now() < before.refreshAt) return before
    try {
      const pair = await this.#fetchTokens(before.refreshToken)
      if (this.#isStill(before)) void this.#change('refreshed', toSession(pair))
    } catch (error) {
      if (!(error instanceof HoldfastError && error.status === 401)) throw error
      const newer = await this.#adoptNewer(before)
      if (newer) return newer
      if (this.#isStill(before)) void this.end()
      throw error
    }
    // Who signed out, or in as someone else, meanwhile stays so.
    if (!this.#session) throw notSignedIn()
    return this.#session
  }

  async #fetchTokens(refreshToken: string): Promise<TokenPair<User>> {
    const request = { method: 'POST', path: '/auth/refresh', body: { refreshToken } }
    return ((await exchange(this.#wire, request)) as One<TokenPair<User>>).data
  }

  /** Another tab may have refreshed already, or signed in as someone else: then the storage is ahead of us. */
  async #adoptNewer(before: AuthSession<User>): Promise<AuthSession<User> | undefined> {
    const stored = await this.#stored.read()
    if (!stored || !this.#isStill(before) || stored.refreshAt <= before.refreshAt) return undefined
    this.#session = stored
    this.#tell('refreshed')
    return stored
  }

  #isStill(session: AuthSession<User>): boolean {
    return this.#session?.refreshToken === session.refreshToken
  }

  #change(event: AuthEvent, session: AuthSession<User> | null): Promise<unknown> {
    this.#session = session
    this.#tell(event)
    return this.#stored.write(session)
  }

  /** In a task of its own: nothing of ours waits for listeners, and they wait for nothing of ours. */
  #tell(event: AuthEvent): void {
    const session = this.#session
    for (const listener of this.#listeners)
      queueMicrotask(() => {
        if (this.#listeners.has(listener)) listener.call(event, session)
      })
  }
}

function toSession<User>({ accessToken, refreshToken, expiresIn, user }: TokenPair<User>): AuthSession<User> {
  const now = Date.now()
  const lifeMs = expiresIn * 1000
  return { accessToken, refreshToken, expiresAt: now + lifeMs, refreshAt: now + lifeMs * 0.9, user }
}

const notSignedIn = () =>
  new HoldfastError(401, { code: 'unauthenticated', detail: 'Nobody is signed in', status: 401 })
