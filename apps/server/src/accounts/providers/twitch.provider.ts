import { type Provider, readStandardClaims, textOf } from './provider.js'

const wanted = { email: null, email_verified: null, preferred_username: null, picture: null }

/** https://dev.twitch.tv/docs/authentication/getting-tokens-oidc. It gives the claims that are asked for one by one. */
export const twitch: Provider = {
  name: 'Twitch',
  issuer: 'https://id.twitch.tv/oauth2',
  scopes: ['openid', 'user:read:email'],
  trustsEmail: true,
  clientAuthentication: 'post',
  parameters: { claims: JSON.stringify({ id_token: wanted, userinfo: wanted }) },
  readProfile: (grant) => ({ ...readStandardClaims(grant), name: textOf(grant.claims['preferred_username']) }),
  // It lists scopes, where the standard has them in one text.
  repairTokens: (answer) => ({
    ...answer,
    ...(Array.isArray(answer['scope']) && { scope: answer['scope'].join(' ') }),
  }),
}
