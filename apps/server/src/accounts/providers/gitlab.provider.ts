import { type Provider, readStandardClaims } from './provider.js'

/** https://docs.gitlab.com/integration/openid_connect_provider; an `issuer` for a server one runs oneself. */
export const gitlab: Provider = {
  name: 'GitLab',
  issuer: 'https://gitlab.com',
  scopes: ['openid', 'email', 'profile'],
  trustsEmail: true,
  readProfile: readStandardClaims,
}
