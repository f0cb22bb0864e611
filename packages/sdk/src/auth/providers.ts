import type { AuthProviderInfo, IdentityInfo } from '@holdfast/contract'
import { dataOf } from '../answer.js'
import { toQueryString } from '../encode-query.js'
import { type CallOptions, type Send, segment } from '../transport.js'
import type { AuthSession } from './session.js'
import type { SignIn } from './sign-in.js'
import type { TokenStorage } from './token-storage.js'

/** Where the browser goes to sign in, and where it comes back to. */
export interface RedirectOptions {
  /** A page of this app; an admin has allowed its origin. */
  redirectTo: string
}

/** Google, GitHub, a company's own: sign-in somewhere else. `client.auth.providers`. */
export class ProvidersClient<User extends object> {
  readonly #baseUrl: string
  readonly #send: Send
  readonly #signIn: SignIn<User>
  readonly #storage: TokenStorage
  readonly #key: string

  /** @internal */
  constructor(baseUrl: string, send: Send, signIn: SignIn<User>, storage: TokenStorage, key: string) {
    this.#baseUrl = baseUrl
    this.#send = send
    this.#signIn = signIn
    this.#storage = storage
    this.#key = `${key}:verifier`
  }

  /**
   * The providers there are, for the buttons of a sign-in page.
   *
   * @example
   * for (const { id, name } of await client.auth.providers.list()) console.log(id, name)
   */
  async list(options: CallOptions = {}): Promise<AuthProviderInfo[]> {
    return dataOf(await this.#send('GET', '/auth/providers', options))
  }

  /**
   * Begins to sign in by a provider: send the browser to the URL this gives. When it is back at `redirectTo`, call
   * {@link ProvidersClient.finish} there.
   *
   * @example
   * location.href = await client.auth.providers.start('google', { redirectTo: 'https://app.example.com/signed-in' })
   */
  async start(provider: string, { redirectTo }: RedirectOptions): Promise<string> {
    const { type } = (await this.list()).find(({ id }) => id === provider) ?? { type: 'oauth' }
    const query = toQueryString({ redirectTo, codeChallenge: await this.#challenge() })
    return `${this.#baseUrl}/auth/${type}/${segment(provider)}?${query}`
  }

  /**
   * Ends what `start` began: exchanges the code in the URL of this page, or in the given one.
   * @throws SecondFactorRequired, HoldfastError; an Error that holds what the provider said
   *
   * @example
   * await client.auth.providers.finish()
   * history.replaceState(null, '', location.pathname)
   */
  async finish(url?: string, options?: CallOptions): Promise<AuthSession<User>> {
    return this.#signIn.with('/auth/oauth/exchange', await this.#codeOf(url), options)
  }

  /**
   * Signs in by an ID token that the provider's own SDK gave a native app.
   *
   * @example
   * await client.auth.providers.signInWithIdToken('apple', { idToken, nonce })
   */
  signInWithIdToken(
    provider: string,
    { signal, ...token }: CallOptions & { idToken: string; nonce?: string; accessToken?: string },
  ): Promise<AuthSession<User>> {
    return this.#signIn.with(`/auth/oauth/${segment(provider)}/token`, token, { signal }, true)
  }

  /**
   * Signs in by the user name and password of a company's directory.
   *
   * @example
   * await client.auth.providers.signInWithLdap('office', { username: 'ada', password: 'correct horse' })
   */
  signInWithLdap(
    provider: string,
    { signal, ...given }: CallOptions & { username: string; password: string },
  ): Promise<AuthSession<User>> {
    return this.#signIn.with(`/auth/ldap/${segment(provider)}`, given, { signal })
  }

  /**
   * The providers the signed-in user can sign in by.
   *
   * @example
   * const linked = (await client.auth.providers.identities()).map(({ provider }) => provider)
   */
  async identities(options: CallOptions = {}): Promise<IdentityInfo[]> {
    return dataOf(await this.#send('GET', '/auth/identities', options))
  }

  /**
   * Begins to add a provider to the signed-in user: send the browser to the URL this gives, and call
   * {@link ProvidersClient.finishLink} when it is back.
   *
   * @example
   * location.href = await client.auth.providers.link('github', { redirectTo: 'https://app.example.com/account' })
   */
  async link(provider: string, { redirectTo, signal }: RedirectOptions & CallOptions): Promise<string> {
    const body = { redirectTo, codeChallenge: await this.#challenge() }
    const answer = await this.#send('POST', `/auth/identities/${segment(provider)}`, { body, signal })
    return dataOf<{ url: string }>(answer).url
  }

  /**
   * Ends what `link` began.
   * @throws HoldfastError `conflict` when the identity belongs to somebody else
   *
   * @example
   * await client.auth.providers.finishLink()
   */
  async finishLink(url?: string, { signal }: CallOptions = {}): Promise<IdentityInfo> {
    return dataOf(await this.#send('POST', '/auth/identities', { body: await this.#codeOf(url), signal }))
  }

  /**
   * Removes a provider from the signed-in user. Not the last way to sign in.
   *
   * @example
   * await client.auth.providers.unlink(identityId)
   */
  async unlink(id: string, options: CallOptions = {}): Promise<void> {
    await this.#send('DELETE', `/auth/identities/${segment(id)}`, options)
  }

  /** RFC 7636: only who began can exchange the code. The verifier waits where the session is kept, since the page is left. */
  async #challenge(): Promise<string> {
    const verifier = toBase64Url(crypto.getRandomValues(new Uint8Array(32)))
    await this.#storage.setItem(this.#key, verifier)
    const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))
    return toBase64Url(new Uint8Array(hash))
  }

  async #codeOf(url: string = globalThis.location?.href ?? ''): Promise<{ code: string; codeVerifier?: string }> {
    const { searchParams } = new URL(url)
    const error = searchParams.get('error')
    if (error !== null) throw new Error(searchParams.get('error_description') ?? error)
    const code = searchParams.get('code')
    if (code === null) throw new Error('There is no code in this URL')
    const codeVerifier = (await this.#storage.getItem(this.#key)) ?? undefined
    await this.#storage.removeItem(this.#key)
    return { code, ...(codeVerifier !== undefined && { codeVerifier }) }
  }
}

const toBase64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
