/** A key that signs tokens of ours, without the key. */
export interface SigningKeyInfo {
  kid: string
  /** Access tokens of this server, or ID tokens for apps that use it as their OpenID provider. */
  purpose: 'access' | 'oidc'
  algorithm: 'EdDSA' | 'RS256'
  /** `published`: does not sign yet. `verifying`: signs no more; its tokens are still good. */
  state: 'published' | 'signing' | 'verifying'
  createdAt: string
  activeAt: string
}

/** Body of `POST /admin/signing-keys/rotate`. */
export interface SigningKeyRotation {
  purpose?: SigningKeyInfo['purpose']
  /** Default 600: until then services that verify our tokens can learn the new key. */
  activeInSeconds?: number
}

/** Body of `POST /auth/ldap/{provider}`. */
export interface LdapSignInRequest {
  username: string
  password: string
}

/** What an app asks to know of whoever signs in. */
export type OidcScope = 'openid' | 'profile' | 'email' | 'roles' | 'teams' | 'offline_access'

/** Body of `POST /admin/oidc-clients`. */
export interface OidcClientDefinition {
  /** For people: whom they sign in to. */
  name: string
  /** Default `confidential`: keeps a secret, as servers can. Apps in browsers and on phones are `public`. */
  kind?: 'confidential' | 'public'
  /** Exactly these: https, http on the loopback or, for public ones, a scheme of their own. */
  redirectUris: string[]
  postLogoutRedirectUris?: string[]
  /** Default: all. */
  scopes?: OidcScope[]
  /** An app of your own: nobody is asked whether it may know them. */
  trusted?: boolean
}

/** An app that signs people in by this server. */
export interface OidcClient extends Required<OidcClientDefinition> {
  /** Its `client_id`. */
  id: string
  createdAt: string
}

/** Answer of making one, and of `POST /admin/oidc-clients/{id}/secret`. */
export interface OidcClientWithSecret extends OidcClient {
  /** Shown once. Null for public ones. */
  secret: string | null
}
