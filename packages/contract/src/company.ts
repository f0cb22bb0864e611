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
