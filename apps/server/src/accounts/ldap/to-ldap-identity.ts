import { AppError } from '../../lib/index.js'
import { parseEmail } from '../account/parse-email.js'
import type { ProvenIdentity } from '../identities/proven-identity.js'
import { checkDomain, toRoles } from '../saml/to-identity.js'
import type { LdapDirectory } from './ldap-settings.js'
import { attributesOf, type LdapEntry } from './ldap-sign-in.js'

/** @throws unavailable where the directory does not name the person, forbidden */
export function toLdapIdentity(id: string, directory: LdapDirectory, entry: LdapEntry): ProvenIdentity {
  const names = attributesOf(directory)
  const [subject] = entry[names.subject] ?? []
  if (subject === undefined || subject === '')
    throw new AppError('unavailable', 'The directory does not say who this is', {
      hint: `An admin has to name an attribute that never changes: attributes.subject is ${names.subject}`,
    })
  const email = parseEmail(entry[names.email]?.[0] ?? '')
  checkDomain(email, directory.allowedDomains)
  const name = entry[names.name]?.[0]
  return {
    method: 'ldap',
    provider: id,
    // The directory is the admin's: it may move to another host, or change to TLS, and people stay who they are.
    issuer: `ldap:${id}`,
    subject,
    ...(email !== undefined && { email }),
    emailIsProven: email !== undefined && directory.trustEmail === true,
    profile: name === undefined ? {} : { name },
    createsUsers: directory.createUsers ?? true,
    ...(directory.groupRoles && { roles: toRoles(entry[names.groups] ?? [], directory.groupRoles) }),
  }
}
