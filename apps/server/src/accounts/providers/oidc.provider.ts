import { type Provider, readStandardClaims } from './provider.js'

/** Any provider of OpenID Connect, found by its issuer: Keycloak, Authentik, Auth0, Okta, another Holdfast. */
export const oidc: Provider = {
  name: 'OpenID Connect',
  scopes: ['openid', 'email', 'profile'],
  // Anybody can run one: an admin has to say that its word about addresses is good.
  trustsEmail: false,
  // OpenID Connect Core, section 11: without the prompt there is no offline access.
  offline: { scopes: ['offline_access'], parameters: { prompt: 'consent' } },
  readProfile: readStandardClaims,
}
