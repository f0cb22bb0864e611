import { AppError } from '../../lib/index.js'
import { parseEmail } from '../account/parse-email.js'
import type { ProvenIdentity } from '../identities/proven-identity.js'
import type { Claims, ProviderConfig } from '../providers/provider.js'
import type { Granted } from './ask-provider.js'
import type { ConfiguredProvider } from './provider-settings.js'

/** Longer ones are no name and no address of a picture. */
const maxTextLength = 1000

/**
 * What the settings make of what a provider says: whose word on addresses is good, who gets in at all, which roles it gives.
 * @throws forbidden for somebody outside the domains that are allowed
 */
export function toIdentity({ id, config, provider, issuer }: ConfiguredProvider, granted: Granted): ProvenIdentity {
  const { subject, email, emailVerified, name, picture } = granted.profile
  const { allowedDomains } = config
  const verified = emailVerified === true
  if (allowedDomains && !(verified && isWithin(email, allowedDomains)))
    throw new AppError('forbidden', 'People of this e-mail domain cannot sign in here')
  return {
    method: 'oauth',
    provider: id,
    // One configuration may stand for many issuers: a tenant of Microsoft knows only its own people.
    issuer: provider.issuerOf ? String(granted.claims['iss']) : issuer,
    subject,
    ...(email !== undefined && { email }),
    emailIsProven: verified && (config.trustEmail ?? provider.trustsEmail),
    profile: { ...short('name', name), ...short('picture', picture) },
    roles: mapRoles(granted.claims, config.roleMapping),
    ...(config.keepTokens && granted.tokens.accessToken !== '' && { tokens: granted.tokens }),
  }
}

const short = (name: 'name' | 'picture', text: string | undefined) =>
  text !== undefined && text.length <= maxTextLength ? { [name]: text } : {}

/** The whole domain, in its one form. */
function isWithin(text: string | undefined, domains: readonly string[]): boolean {
  const email = parseEmail(text ?? '')
  return email !== undefined && domains.some((domain) => email.endsWith(`@${domain.toLowerCase()}`))
}

/** Values are compared as they are: `Admins` is another group than `admins` (A132). */
export function mapRoles(claims: Claims, mapping: ProviderConfig['roleMapping']): string[] {
  if (mapping === undefined) return []
  const value = claims[mapping.claim]
  const values = Array.isArray(value) ? value : [value]
  const roles = values.flatMap((each) =>
    typeof each === 'string' && Object.hasOwn(mapping.roles, each) ? [mapping.roles[each]!] : [],
  )
  return [...new Set(roles)]
}
