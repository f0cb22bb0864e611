import { invalidAt } from '../../lib/index.js'
import type { SettingsSchema } from '../../platform/settings/index.js'
import { checkRoles } from '../saml/saml-settings.js'

/** A directory, as an admin describes it. */
export interface LdapDirectory {
  readonly enabled?: boolean
  /** For people. */
  readonly name?: string
  /** `ldaps://ldap.example.com`, or `ldap://…` with `startTls`. */
  readonly url: string
  readonly startTls?: boolean
  /** PEM of the authority that signed the directory's certificate, where it is the company's own. */
  readonly caCertificate?: string
  /** Who searches. Without it the search is anonymous. */
  readonly bindDn?: string
  readonly bindPassword?: string
  readonly searchBase: string
  /** With `{username}` where the name goes. */
  readonly searchFilter?: string
  readonly attributes?: { readonly subject?: string; readonly email?: string; readonly name?: string }
  readonly allowedDomains?: readonly string[]
  readonly trustEmail?: boolean
  readonly createUsers?: boolean
  /** The attribute that holds groups; default `memberOf`. */
  readonly groupAttribute?: string
  /** Group → role. Never admin. */
  readonly groupRoles?: Readonly<Record<string, string>>
}

export type LdapSettings = Readonly<Record<string, LdapDirectory>>

export const defaultFilter = '(|(uid={username})(mail={username})(sAMAccountName={username}))'

const text = (description: string, maxLength = 1000): SettingsSchema => ({ type: 'string', maxLength, description })
const flag = (description: string): SettingsSchema => ({ type: 'boolean', description })

const directory: SettingsSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['url', 'searchBase'],
  properties: {
    enabled: flag('Default true'),
    name: text('For people', 100),
    url: { ...text('ldaps://ldap.example.com, or ldap://… with startTls'), 'x-destination': true },
    startTls: { ...flag('Begin in plain text and change to TLS before anything is said'), 'x-destination': true },
    caCertificate: text('The authority that signed its certificate (PEM), where it is your own', 20_000),
    bindDn: text('Who searches. Without it the search is anonymous'),
    bindPassword: { ...text('Of bindDn'), writeOnly: true },
    searchBase: text('Where people are: ou=people,dc=example,dc=com'),
    searchFilter: text(`With {username} where the name goes. Default ${defaultFilter}`),
    attributes: {
      type: 'object',
      additionalProperties: false,
      properties: {
        subject: text('What never changes for a person. Default entryUUID; objectGUID in Active Directory', 100),
        email: text('Default mail', 100),
        name: text('Default cn', 100),
      },
    },
    allowedDomains: { type: 'array', maxItems: 100, items: { type: 'string', maxLength: 253 } },
    trustEmail: flag('Its word is proof of an e-mail address. Default false'),
    createUsers: flag('People get an account also where sign-up is closed. Default true'),
    groupAttribute: text('The attribute that holds groups. Default memberOf', 100),
    groupRoles: {
      type: 'object',
      description: 'Group → role. Never admin',
      additionalProperties: { type: 'string', maxLength: 60 },
    },
  },
}

export const ldapSchema: SettingsSchema = { type: 'object', additionalProperties: directory }

const idPattern = /^[a-z][a-z0-9-]{0,40}$/
const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/** @throws invalid_value, naming the path */
export function checkLdapSettings(settings: LdapSettings): void {
  for (const [id, one] of Object.entries(settings)) {
    if (!idPattern.test(id))
      throw invalidAt('invalid_value', id, 'The id of a directory is lower case: office, acme-ad')
    checkUrl(one, `${id}.url`)
    checkRoles(one.groupRoles ?? {}, `${id}.groupRoles`)
    if (!(one.searchFilter ?? defaultFilter).includes('{username}'))
      throw invalidAt('invalid_value', `${id}.searchFilter`, 'The filter must have {username} where the name goes')
  }
}

function checkUrl({ url, startTls }: LdapDirectory, path: string): void {
  const parsed = URL.parse(url)
  if (parsed === null || !/^ldaps?:$/.test(parsed.protocol) || parsed.hostname === '')
    throw invalidAt('invalid_value', path, 'url must be ldaps://host or ldap://host')
  if (/[^/]/.test(parsed.pathname) || parsed.search !== '' || parsed.username !== '')
    throw invalidAt('invalid_value', path, 'url must be of scheme, host and port alone')
  if (parsed.protocol === 'ldap:' && startTls !== true && !loopback.test(parsed.hostname))
    throw invalidAt(
      'invalid_value',
      path,
      'Passwords must not go over the network in plain text',
      'Use ldaps://, or startTls',
    )
}
