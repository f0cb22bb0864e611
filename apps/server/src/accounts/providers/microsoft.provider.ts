import { type Provider, readStandardClaims, textOf } from './provider.js'

const tenant = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/

/**
 * https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc. With the issuer `common` people of every tenant
 * sign in; `https://login.microsoftonline.com/<tenant id>/v2.0` lets in one.
 */
export const microsoft: Provider = {
  name: 'Microsoft',
  issuer: 'https://login.microsoftonline.com/common/v2.0',
  scopes: ['openid', 'email', 'profile'],
  // Whoever runs a tenant writes any address into it, those of others too.
  trustsEmail: false,
  clientAuthentication: 'post',
  offline: { scopes: ['offline_access'] },
  readProfile: (grant) => ({
    ...readStandardClaims(grant),
    // Set where the tenant has proven to own the domain; an optional claim of the app registration.
    emailVerified: grant.claims['xms_edov'] === true,
  }),
  issuerOf(claims, discovered) {
    const tid = textOf(claims['tid'])
    return tid !== undefined && tenant.test(tid) ? discovered.replace('{tenantid}', tid) : discovered
  },
}
