/** What the settings say of one provider. */
export interface ProviderConfig {
  readonly kind: string
  /** For people, where the name of the kind does not do. */
  readonly name?: string
  readonly enabled: boolean
  readonly clientId: string
  /** Apple: the private key (PEM) that the secret is signed with. */
  readonly clientSecret?: string
  /** Client ids of native apps whose ID tokens are taken beside those for `clientId`. */
  readonly nativeClientIds?: readonly string[]
  /** The issuer of OpenID Connect, or the address of a server one runs oneself. */
  readonly issuer?: string
  readonly scopes?: readonly string[]
  readonly trustEmail?: boolean
  readonly allowedDomains?: readonly string[]
  readonly keepTokens?: boolean
  readonly roleMapping?: { readonly claim: string; readonly roles: Readonly<Record<string, string>> }
  /** Apple. */
  readonly teamId?: string
  readonly keyId?: string
}

/** What a provider says of somebody, whatever it calls the parts. */
export interface ProviderProfile {
  readonly subject: string
  readonly email?: string
  /** Boolean true only where the provider says that the address is proven. */
  readonly emailVerified: boolean
  readonly name?: string
  readonly picture?: string
}

/** Claims of an ID token or of user information: what JSON was there. */
export type Claims = Readonly<Record<string, unknown>>

/** What a provider's function may ask once somebody has agreed. */
export interface Grant {
  /** Of the ID token, and of the user information where that was asked. */
  readonly claims: Claims
  /** Where the user information came from. */
  readonly userInfoUrl: string
  /** JSON of the provider's API, with the access token of the user. */
  readonly get: (url: string) => Promise<unknown>
  /** Apple: what the browser brought along at the first sign-in. It proves nothing. */
  readonly sent: Claims
}

/** Where a provider that is no OpenID Connect is asked. */
export interface Endpoints {
  readonly authorization: string
  readonly token: string
  /** Its JSON becomes the claims. */
  readonly userInfo: string
}

/** One provider: data, and how what it says is read. */
export interface Provider {
  readonly name: string
  /** OpenID Connect: where it is discovered. Otherwise the name under which identities of it are known. */
  readonly issuer?: string
  /** Plain OAuth 2: no discovery, no ID token. By the issuer, where companies run such servers themselves. */
  readonly endpoints?: Endpoints | ((issuer: string) => Endpoints)
  readonly scopes: readonly string[]
  /** Whether "this address is verified" can be relied on where the settings say nothing (A121). */
  readonly trustsEmail: boolean
  /** Whether it takes PKCE, and puts the nonce into its ID tokens. Default true. */
  readonly pkce?: false
  readonly nonce?: false
  readonly clientAuthentication?: 'post' | 'basic'
  /** More parameters of the authorization request. */
  readonly parameters?: Readonly<Record<string, string>>
  /** What it wants for a refresh token. */
  readonly offline?: { readonly scopes?: readonly string[]; readonly parameters?: Readonly<Record<string, string>> }
  readonly readProfile: (grant: Grant) => ProviderProfile | Promise<ProviderProfile>
  /** Where the secret is made anew for each request. */
  readonly makeSecret?: (config: ProviderConfig) => Promise<string>
  /** Where the issuer of an ID token is another than the one discovered: which one it has to be. */
  readonly issuerOf?: (claims: Claims, discovered: string) => string
  /** Repairs an answer of the token endpoint that is not as RFC 6749 wants it. */
  readonly repairTokens?: (answer: Record<string, unknown>) => Record<string, unknown>
}

export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

/** The subject of an identity. @throws where there is none: the empty text must not be somebody */
export function subjectOf(value: unknown): string {
  const subject = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : textOf(value)
  if (subject === undefined || subject.length > 255) throw new Error('The provider named no subject')
  return subject
}

/** The standard claims of OpenID Connect. */
export const readStandardClaims = ({ claims }: Pick<Grant, 'claims'>): ProviderProfile => ({
  subject: subjectOf(claims['sub']),
  email: textOf(claims['email']),
  emailVerified: claims['email_verified'] === true,
  name: textOf(claims['name']),
  picture: textOf(claims['picture']),
})
