/** A provider somebody can sign in by, for the buttons of a sign-in page: `GET /auth/providers`. */
export interface AuthProviderInfo {
  /** What an admin calls it: part of the paths. */
  id: string
  /** For people: "Google". */
  name: string
  /** `google`, `github`, `oidc`: which sign to show. */
  kind: string
  /** `oauth` and `saml`: send the browser to `url`. `ldap`: POST name and password there. */
  type: 'oauth' | 'saml' | 'ldap'
  /** Where signing in begins; absolute. */
  url: string
}

/** A way to sign in by another provider that belongs to the user: `GET /auth/identities`. */
export interface IdentityInfo {
  id: string
  provider: string
  /** The e-mail address that the provider named last. */
  email: string | null
  createdAt: string
  lastUsedAt: string
}

/** Body of `POST /auth/oauth/exchange`, and of `POST /auth/identities`. */
export interface OAuthExchange {
  /** Of `redirectTo?code=…`; good once, for a minute. */
  code: string
  /** The text whose SHA-256, in base64url, was the `codeChallenge`. */
  codeVerifier?: string
}

/** Body of `POST /auth/oauth/{provider}/token`: a native app signs in by the ID token that its provider's SDK gave it. */
export interface OAuthTokenSignIn {
  idToken: string
  /** The nonce the app asked for, not hashed. */
  nonce?: string
  /** Where the ID token does not hold the e-mail address, it is asked for by this. */
  accessToken?: string
}

/** Body of `POST /auth/identities/{provider}`. */
export interface IdentityLinkStart {
  /** Where the browser comes back to, with `?code=…` for `POST /auth/identities`. */
  redirectTo: string
  /** BASE64URL(SHA256(codeVerifier)). */
  codeChallenge?: string
}

/** `GET /admin/users/{id}/identities/{identityId}/token` */
export interface ProviderToken {
  accessToken: string
  expiresAt: string | null
  scope: string | null
}

/** `POST /admin/auth-providers/{id}/test` */
export interface AuthProviderTest {
  ok: boolean
  issuer: string
  /** What to register at the provider. */
  redirectUri: string
  steps: { name: 'discovery' | 'keys' | 'token'; ok: boolean; message: string }[]
}
