import { importPKCS8, SignJWT } from 'jose'
import { type Grant, type Provider, type ProviderConfig, readStandardClaims, textOf } from './provider.js'

const issuer = 'https://appleid.apple.com'

/**
 * https://developer.apple.com/documentation/signinwithapplerestapi. The answer comes by a POST of the browser, and the
 * client secret is a token that the key of the developer team signs.
 */
export const apple: Provider = {
  name: 'Apple',
  issuer,
  scopes: ['openid', 'name', 'email'],
  trustsEmail: true,
  pkce: false,
  clientAuthentication: 'post',
  parameters: { response_mode: 'form_post' },
  readProfile: (grant) => ({
    ...readStandardClaims(grant),
    // Apple documents both the boolean and this text, and gives no address that is not verified.
    emailVerified: grant.claims['email_verified'] === true || grant.claims['email_verified'] === 'true',
    name: readName(grant.sent),
  }),
  makeSecret: signSecret,
}

/** Comes once, beside the answer and unsigned: `{"name":{"firstName":"Ada","lastName":"Lovelace"}}`. */
function readName({ name }: Grant['sent']): string | undefined {
  if (typeof name !== 'object' || name === null) return undefined
  const { firstName, lastName } = name as Record<string, unknown>
  return textOf([textOf(firstName), textOf(lastName)].filter((part) => part !== undefined).join(' '))
}

async function signSecret({ clientId, clientSecret = '', teamId = '', keyId = '' }: ProviderConfig): Promise<string> {
  const key = await importPKCS8(clientSecret, 'ES256')
  return new SignJWT()
    .setProtectedHeader({ alg: 'ES256', kid: keyId })
    .setIssuer(teamId)
    .setSubject(clientId)
    .setAudience(issuer)
    .setIssuedAt()
    .setExpirationTime('5 minutes')
    .sign(key)
}
