import { type Provider, subjectOf, textOf } from './provider.js'

/** https://developer.spotify.com/documentation/web-api/tutorials/code-flow. Its e-mail addresses are not verified. */
export const spotify: Provider = {
  name: 'Spotify',
  issuer: 'https://accounts.spotify.com',
  endpoints: {
    authorization: 'https://accounts.spotify.com/authorize',
    token: 'https://accounts.spotify.com/api/token',
    userInfo: 'https://api.spotify.com/v1/me',
  },
  scopes: ['user-read-email'],
  trustsEmail: false,
  clientAuthentication: 'basic',
  readProfile: ({ claims }) => ({
    subject: subjectOf(claims['id']),
    email: textOf(claims['email']),
    emailVerified: false,
    name: textOf(claims['display_name']),
    picture: textOf((claims['images'] as { url?: unknown }[] | undefined)?.[0]?.url),
  }),
}
