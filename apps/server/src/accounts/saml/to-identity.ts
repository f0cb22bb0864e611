import { AppError } from '../../lib/index.js'
import { parseEmail } from '../account/parse-email.js'
import type { ProvenIdentity } from '../identities/proven-identity.js'
import type { SamlProvider } from './saml-settings.js'

/** What a signed assertion says of somebody. */
export interface SamlProfile {
  readonly nameID?: string
  readonly nameIDFormat?: string
  readonly attributes?: Readonly<Record<string, unknown>>
}

const emailNames = [
  'email',
  'mail',
  'emailAddress',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress',
  'urn:oid:0.9.2342.19200300.100.1.3',
]
const nameNames = [
  'displayName',
  'name',
  'http://schemas.microsoft.com/identity/claims/displayname',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name',
  'urn:oid:2.16.840.1.113730.3.1.241',
  'urn:oid:2.5.4.3',
]
const emailFormat = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'
/** A new one for every sign-in: nobody is known again by it. */
const transientFormat = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient'

/** @throws invalid_value, forbidden */
export function toIdentity(id: string, config: SamlProvider, idpIssuer: string, profile: SamlProfile): ProvenIdentity {
  const { mapping = {} } = config
  const find = (names: readonly string[]) => names.flatMap((name) => textsOf(profile, name))[0]
  const subject = mapping.subject === undefined ? stableNameId(profile) : find([mapping.subject])
  if (subject === undefined || subject === '' || subject.length > 500)
    throw new AppError('invalid_value', 'The identity provider does not say who this is in a way that lasts', {
      hint: 'It must send a persistent NameID, or the attribute that mapping.subject names',
    })
  const named = mapping.email === undefined ? find(emailNames) : find([mapping.email])
  const email = parseEmail(named ?? (profile.nameIDFormat === emailFormat ? profile.nameID! : ''))
  checkDomain(email, config.allowedDomains)
  const name = find(mapping.name === undefined ? nameNames : [mapping.name])
  return {
    method: 'saml',
    provider: id,
    issuer: idpIssuer,
    subject,
    ...(email !== undefined && { email }),
    emailIsProven: email !== undefined && config.trustEmail === true,
    profile: name === undefined ? {} : { name },
    createsUsers: config.createUsers ?? true,
    ...(config.roleMapping && {
      roles: toRoles(textsOf(profile, config.roleMapping.attribute), config.roleMapping.roles),
    }),
  }
}

/** Roles of the groups somebody is in. Names are compared as they are: `Admins` is not `admins`. */
export const toRoles = (groups: readonly string[], roles: Readonly<Record<string, string>>): string[] => [
  ...new Set(groups.flatMap((group) => (Object.hasOwn(roles, group) ? [roles[group]!] : []))),
]

/** @throws forbidden */
export function checkDomain(email: string | undefined, allowed: readonly string[] | undefined): void {
  const domain = email?.slice(email.lastIndexOf('@') + 1)
  if (allowed === undefined || (domain !== undefined && allowed.some((one) => one.toLowerCase() === domain))) return
  throw new AppError('forbidden', 'People of this domain may not sign in by this provider')
}

const stableNameId = ({ nameID, nameIDFormat }: SamlProfile): string | undefined =>
  nameIDFormat === transientFormat ? undefined : nameID

function textsOf({ attributes = {} }: SamlProfile, name: string): string[] {
  const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined
  return (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string' && one !== '')
}
