import { type Provider, subjectOf, textOf } from './provider.js'

const version = 'v23.0'

/** https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow */
export const facebook: Provider = {
  name: 'Facebook',
  issuer: 'https://www.facebook.com',
  endpoints: {
    authorization: `https://www.facebook.com/${version}/dialog/oauth`,
    token: `https://graph.facebook.com/${version}/oauth/access_token`,
    userInfo: `https://graph.facebook.com/${version}/me?fields=id,name,email,picture.width(256)`,
  },
  scopes: ['public_profile', 'email'],
  trustsEmail: false,
  readProfile: ({ claims }) => ({
    subject: subjectOf(claims['id']),
    email: textOf(claims['email']),
    // It does not say whether an address is proven.
    emailVerified: false,
    name: textOf(claims['name']),
    picture: textOf((claims['picture'] as { data?: { url?: unknown } } | undefined)?.data?.url),
  }),
}
