import { type Provider, subjectOf, textOf } from './provider.js'

/** https://docs.x.com/resources/fundamentals/authentication/oauth-2-0/authorization-code. It tells no e-mail address. */
export const x: Provider = {
  name: 'X',
  issuer: 'https://x.com',
  endpoints: {
    authorization: 'https://x.com/i/oauth2/authorize',
    token: 'https://api.x.com/2/oauth2/token',
    userInfo: 'https://api.x.com/2/users/me?user.fields=profile_image_url',
  },
  scopes: ['users.read', 'tweet.read'],
  trustsEmail: false,
  clientAuthentication: 'basic',
  offline: { scopes: ['offline.access'] },
  readProfile({ claims }) {
    const data = (claims['data'] ?? {}) as Record<string, unknown>
    return {
      subject: subjectOf(data['id']),
      emailVerified: false,
      name: textOf(data['name']) ?? textOf(data['username']),
      picture: textOf(data['profile_image_url']),
    }
  },
}
