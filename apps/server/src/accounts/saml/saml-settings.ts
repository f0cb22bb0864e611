import { invalidAt } from '../../lib/index.js'
import type { SettingsSchema } from '../../platform/settings/index.js'
import { parseMetadata } from './parse-metadata.js'

/** An identity provider that speaks SAML 2.0, as an admin describes it. */
export interface SamlProvider {
  readonly enabled?: boolean
  /** For people. */
  readonly name?: string
  /** Where it describes itself; or the same as text; or the three things that are needed of it. */
  readonly metadataUrl?: string
  readonly metadataXml?: string
  readonly idpIssuer?: string
  readonly entryPoint?: string
  readonly idpCerts?: readonly string[]
  /** What we are called there. Default: the URL of our metadata. */
  readonly issuer?: string
  /** Names of the attributes that hold these. */
  readonly mapping?: { readonly subject?: string; readonly email?: string; readonly name?: string }
  /** Only these may sign in. */
  readonly allowedDomains?: readonly string[]
  /** Whether its word is proof of an e-mail address: an account that has the address is then theirs. */
  readonly trustEmail?: boolean
  /** Whether people get an account by their first sign-in also where sign-up is closed. */
  readonly createUsers?: boolean
  readonly roleMapping?: { readonly attribute: string; readonly roles: Readonly<Record<string, string>> }
}

export type SamlSettings = Readonly<Record<string, SamlProvider>>

const text = (description: string, maxLength = 2000): SettingsSchema => ({ type: 'string', maxLength, description })

const provider: SettingsSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    enabled: { type: 'boolean', description: 'Default true' },
    name: text('For people', 100),
    metadataUrl: text('Where the identity provider describes itself'),
    metadataXml: text('The same as text', 200_000),
    idpIssuer: text('Its entity id, where there is no metadata'),
    entryPoint: text('Where it signs people in (HTTP-Redirect), where there is no metadata'),
    idpCerts: {
      type: 'array',
      maxItems: 10,
      description: 'The certificates it signs with (PEM), where there is no metadata',
      items: { type: 'string', maxLength: 10_000 },
    },
    issuer: text('What we are called there. Default: the URL of our metadata'),
    mapping: {
      type: 'object',
      additionalProperties: false,
      properties: {
        subject: text('The attribute that never changes. Default: the NameID, which must be persistent'),
        email: text('Default: email, mail, or what Microsoft, Google and others call it'),
        name: text('Default: displayName, name, and the like'),
      },
    },
    allowedDomains: { type: 'array', maxItems: 100, items: { type: 'string', maxLength: 253 } },
    trustEmail: { type: 'boolean', description: 'Its word is proof of an e-mail address. Default false' },
    createUsers: { type: 'boolean', description: 'People get an account also where sign-up is closed. Default true' },
    roleMapping: {
      type: 'object',
      additionalProperties: false,
      required: ['attribute', 'roles'],
      properties: {
        attribute: text('The attribute that holds groups'),
        roles: {
          type: 'object',
          description: 'Group → role. Never admin',
          additionalProperties: { type: 'string', maxLength: 60 },
        },
      },
    },
  },
}

export const samlSchema: SettingsSchema = { type: 'object', additionalProperties: provider }

const idPattern = /^[a-z][a-z0-9-]{0,40}$/

/** @throws invalid_value, naming the path */
export function checkSamlSettings(settings: SamlSettings): void {
  for (const [id, one] of Object.entries(settings)) {
    if (!idPattern.test(id)) throw invalidAt('invalid_value', id, 'The id of a provider is lower case: okta, acme-saml')
    checkRoles(one.roleMapping?.roles ?? {}, `${id}.roleMapping.roles`)
    if (one.metadataXml !== undefined) parseMetadata(one.metadataXml, `${id}.metadataXml`)
    else if (one.metadataUrl === undefined) checkDescribed(one, id)
  }
}

/** Whatever another server says, nobody becomes an admin by it (A132). @throws invalid_value */
export function checkRoles(roles: Readonly<Record<string, string>>, path: string): void {
  const [group] = Object.entries(roles).find(([, role]) => role.toLowerCase() === 'admin') ?? []
  if (group !== undefined) throw invalidAt('invalid_value', `${path}.${group}`, 'A provider cannot make admins')
}

function checkDescribed(one: SamlProvider, id: string): void {
  for (const name of ['idpIssuer', 'entryPoint', 'idpCerts'] as const)
    if (one[name] === undefined || one[name].length === 0)
      throw invalidAt('invalid_value', `${id}.${name}`, `Give metadataUrl, metadataXml, or ${name} and the like`)
  const { protocol } = URL.parse(one.entryPoint!) ?? {}
  if (protocol !== 'https:' && protocol !== 'http:')
    throw invalidAt('invalid_value', `${id}.entryPoint`, 'entryPoint must be a URL')
}
