/** Tokens of a provider, for calls in the name of the user. */
export type ProviderTokens = {
  readonly accessToken: string
  readonly refreshToken?: string
  readonly expiresAtMs?: number
  readonly scope?: string
}

/**
 * Who somebody is at another provider, once that is proven. The issuer and the subject are the identity; everything else
 * is what the provider says besides. Plain JSON, for it waits encrypted until an app shows the code of the sign-in.
 */
export type ProvenIdentity = {
  readonly method: 'oauth' | 'saml' | 'ldap'
  /** The id of the provider in the settings. */
  readonly provider: string
  /** The provider itself, whatever it is called here: two of them may know the same subject (A124). */
  readonly issuer: string
  readonly subject: string
  /** As the provider writes it. */
  readonly email?: string
  /** The provider says so, and is trusted to (A121). */
  readonly emailIsProven: boolean
  readonly profile: { readonly name?: string; readonly picture?: string }
  /** Roles below `admin` that the mapping of the provider gives; those it gave before and does not any more are taken. */
  readonly roles?: string[]
  /** People get an account by it also where sign-up is closed: the provider of a company, set up for that. */
  readonly createsUsers?: boolean
  /** Where they are kept. */
  readonly tokens?: ProviderTokens
}
