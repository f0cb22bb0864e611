import { type Provider, subjectOf, textOf } from './provider.js'

const cloud = 'https://github.com'
const apiOf = (issuer: string): string => (issuer === cloud ? 'https://api.github.com' : `${issuer}/api/v3`)

/** https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps; an `issuer` for GitHub Enterprise. */
export const github: Provider = {
  name: 'GitHub',
  issuer: cloud,
  endpoints: (issuer) => ({
    authorization: `${issuer}/login/oauth/authorize`,
    token: `${issuer}/login/oauth/access_token`,
    userInfo: `${apiOf(issuer)}/user`,
  }),
  scopes: ['read:user', 'user:email'],
  trustsEmail: true,
  async readProfile({ claims, get, userInfoUrl }) {
    // The address of the profile is what somebody shows, proven or not: which one is proven says another route.
    const emails = await get(`${userInfoUrl}/emails`)
    const primary = Array.isArray(emails) ? emails.find((each) => each?.primary === true) : undefined
    return {
      subject: subjectOf(claims['id']),
      email: textOf(primary?.email),
      emailVerified: primary?.verified === true,
      name: textOf(claims['name']) ?? textOf(claims['login']),
      picture: textOf(claims['avatar_url']),
    }
  },
}
