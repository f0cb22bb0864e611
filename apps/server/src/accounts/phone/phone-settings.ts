import { Injectable } from '@nestjs/common'
import { AppError, invalidAt } from '../../lib/index.js'
import { OutboundHttp } from '../../platform/outbound/index.js'
import { type Settings, SettingsStore } from '../../platform/settings/index.js'
import { checkTarget } from '../hooks/hooks-settings.js'

interface PhoneSection {
  readonly enabled: boolean
  readonly url?: string
  readonly secret?: string
  /** Numbers begin with one of them. */
  readonly prefixes: readonly string[]
  readonly messagesPerDay: number
  /** By language. */
  readonly templates: Readonly<Record<string, string>>
}

/** The provider of messages, where there is one. */
export type PhoneProvider = PhoneSection & { readonly url: string; readonly secret: string }

const english = '{code} is your code for {app}. It is good for 10 minutes. Give it to nobody.'

@Injectable()
export class PhoneSettings {
  private readonly settings: Settings<PhoneSection>

  constructor(settings: SettingsStore, outbound: OutboundHttp) {
    this.settings = settings.define<PhoneSection>({
      name: 'auth.phone',
      description: 'Sign-in by codes that a service of yours sends as text messages',
      defaults: { enabled: false, prefixes: [], messagesPerDay: 1000, templates: { en: english } },
      schema,
      check: (section) => checkSection(section, outbound),
    })
  }

  /** @throws forbidden where people cannot sign in by phone */
  async require(): Promise<PhoneProvider> {
    const provider = await this.find()
    if (provider !== undefined) return provider
    throw new AppError('forbidden', 'Sign-in by phone is switched off', {
      hint: 'An admin can switch it on: PATCH /api/v1/admin/settings/auth.phone',
    })
  }

  async find(): Promise<PhoneProvider | undefined> {
    const section = await this.settings.get()
    const { enabled, url, secret } = section
    return enabled && url !== undefined && secret !== undefined ? { ...section, url, secret } : undefined
  }
}

/**
 * Messages to some countries cost so much that attackers share in it, so numbers are refused unless an admin has named
 * their country. @throws validation_failed
 */
export function requireAllowed(phone: string, { prefixes }: PhoneProvider): void {
  if (prefixes.some((prefix) => phone.startsWith(prefix))) return
  const message = 'Numbers of this country cannot be used here'
  throw new AppError('validation_failed', message, { errors: [{ path: 'phone', code: 'not_allowed', message }] })
}

function checkSection(section: PhoneSection, outbound: OutboundHttp): void {
  const { enabled, prefixes, templates } = section
  checkTarget('', section, outbound)
  if (enabled)
    for (const name of ['url', 'secret'] as const)
      if (section[name] === undefined) throw invalidAt('validation_failed', name, `${name} is required`)
  if (enabled && prefixes.length === 0)
    throw invalidAt(
      'validation_failed',
      'prefixes',
      'prefixes must name a country, since messages cost money',
      'For example ["+49", "+43"]; "+" opens all',
    )
  for (const [language, text] of Object.entries(templates))
    if (!text.includes('{code}'))
      throw invalidAt('validation_failed', `templates.${language}`, `templates.${language} must contain {code}`)
}

const schema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    enabled: { type: 'boolean' },
    url: {
      type: 'string',
      maxLength: 2000,
      'x-destination': true,
      description: 'Your service. It is sent {"to","text","code"} for each message, signed as webhooks are',
    },
    secret: {
      type: 'string',
      maxLength: 200,
      writeOnly: true,
      description: 'Signs what is sent (Standard Webhooks): whsec_ and 24 to 64 bytes in base64',
    },
    prefixes: {
      type: 'array',
      maxItems: 300,
      items: { type: 'string', pattern: '^\\+\\d{0,14}$' },
      description: 'How numbers may begin: +49 for a country, + for all',
    },
    messagesPerDay: { type: 'integer', minimum: 1, maximum: 10_000_000, description: 'More are not sent (UTC)' },
    templates: {
      type: 'object',
      description: 'By language (en, de, pt-BR). {code} and {app} stand for the code and the host of PUBLIC_URL',
      additionalProperties: { type: 'string', minLength: 1, maxLength: 500 },
    },
  },
} as const
