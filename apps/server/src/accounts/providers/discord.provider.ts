import { type Provider, subjectOf, textOf } from './provider.js'

/** https://discord.com/developers/docs/topics/oauth2 */
export const discord: Provider = {
  name: 'Discord',
  issuer: 'https://discord.com',
  endpoints: {
    authorization: 'https://discord.com/oauth2/authorize',
    token: 'https://discord.com/api/oauth2/token',
    userInfo: 'https://discord.com/api/users/@me',
  },
  scopes: ['identify', 'email'],
  trustsEmail: true,
  readProfile({ claims }) {
    const [subject, avatar] = [subjectOf(claims['id']), textOf(claims['avatar'])]
    return {
      subject,
      email: textOf(claims['email']),
      emailVerified: claims['verified'] === true,
      name: textOf(claims['global_name']) ?? textOf(claims['username']),
      picture: avatar && `https://cdn.discordapp.com/avatars/${subject}/${avatar}.png`,
    }
  },
}
