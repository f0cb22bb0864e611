import { type Provider, readStandardClaims } from './provider.js'

/** https://developers.google.com/identity/openid-connect/openid-connect */
export const google: Provider = {
  name: 'Google',
  issuer: 'https://accounts.google.com',
  scopes: ['openid', 'email', 'profile'],
  trustsEmail: true,
  offline: { parameters: { access_type: 'offline', prompt: 'consent' } },
  readProfile: readStandardClaims,
}
