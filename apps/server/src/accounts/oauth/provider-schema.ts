import type { SettingsSchema } from '../../platform/settings/index.js'
import { providerKinds } from '../providers/provider-kinds.js'

const text = (maxLength: number, description?: string): SettingsSchema => ({
  type: 'string',
  minLength: 1,
  maxLength,
  ...(description && { description }),
})
const texts = (maxItems: number, description: string, item = text(255)): SettingsSchema => ({
  type: 'array',
  maxItems,
  description,
  items: item,
})

const provider: SettingsSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['kind', 'clientId'],
  properties: {
    kind: { type: 'string', enum: [...providerKinds.keys()], 'x-destination': true },
    name: text(60, 'For people, where the name of the kind does not do'),
    enabled: { type: 'boolean', description: 'Default true' },
    clientId: text(500),
    clientSecret: {
      ...text(8000, 'Left out for a public client. Apple: the private key (.p8) as it is downloaded'),
      writeOnly: true,
    },
    nativeClientIds: texts(20, 'Client ids of native apps whose ID tokens are taken, too', text(500)),
    issuer: {
      ...text(
        500,
        'Where OpenID Connect is discovered; the address of your own GitLab or GitHub Enterprise; the tenant of Microsoft',
      ),
      'x-destination': true,
    },
    scopes: texts(50, 'In place of the usual ones'),
    trustEmail: {
      type: 'boolean',
      description:
        'Whether an address that this provider calls verified is proof of it: it opens the account that has it',
    },
    allowedDomains: texts(100, 'Only people with a verified address in one of these domains get in'),
    keepTokens: {
      type: 'boolean',
      description: 'Keep the tokens of the provider, encrypted, for calls by your server',
    },
    roleMapping: {
      type: 'object',
      additionalProperties: false,
      required: ['claim', 'roles'],
      description: 'Roles that a claim gives: {"claim":"groups","roles":{"engineering":"editor"}}. Never `admin`',
      properties: {
        claim: text(200),
        roles: { type: 'object', maxProperties: 200, additionalProperties: text(59) },
      },
    },
    teamId: text(50, 'Apple'),
    keyId: text(50, 'Apple'),
  },
}

/** Providers by the id an admin gives them, which is part of their paths. */
export const providersSchema: SettingsSchema = {
  type: 'object',
  maxProperties: 100,
  propertyNames: { type: 'string', pattern: '^[a-z][a-z0-9-]{0,39}$' },
  additionalProperties: provider,
}
