import { type Provider, readStandardClaims } from './provider.js'

/** https://docs.slack.dev/authentication/sign-in-with-slack */
export const slack: Provider = {
  name: 'Slack',
  issuer: 'https://slack.com',
  scopes: ['openid', 'profile', 'email'],
  trustsEmail: true,
  pkce: false,
  clientAuthentication: 'post',
  readProfile: readStandardClaims,
}
