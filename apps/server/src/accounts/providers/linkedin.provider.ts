import { type Provider, readStandardClaims } from './provider.js'

/**
 * https://learn.microsoft.com/linkedin/consumer/integrations/self-serve/sign-in-with-linkedin-v2. Its ID tokens carry no
 * nonce and it refuses PKCE from apps with a secret; so it is asked like plain OAuth 2, and who somebody is comes from
 * its user information.
 */
export const linkedin: Provider = {
  name: 'LinkedIn',
  issuer: 'https://www.linkedin.com/oauth',
  endpoints: {
    authorization: 'https://www.linkedin.com/oauth/v2/authorization',
    token: 'https://www.linkedin.com/oauth/v2/accessToken',
    userInfo: 'https://api.linkedin.com/v2/userinfo',
  },
  scopes: ['openid', 'profile', 'email'],
  trustsEmail: true,
  pkce: false,
  readProfile: readStandardClaims,
}
