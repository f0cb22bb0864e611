import type { SettingsSchema } from '../../platform/settings/index.js'

/** What a check can stand before. */
export const checkedRoutes = ['signUp', 'login', 'forgot', 'code', 'anonymous', 'phone'] as const
export type CheckedRoute = (typeof checkedRoutes)[number]

export interface BotCheckSettings {
  readonly provider: 'none' | 'turnstile' | 'hcaptcha'
  readonly siteKey: string
  readonly secretKey?: string
  /** Empty: the provider's own. */
  readonly verifyUrl: string
  readonly routes: readonly CheckedRoute[]
}

export const defaults: BotCheckSettings = {
  provider: 'none',
  siteKey: '',
  verifyUrl: '',
  routes: ['signUp', 'login', 'forgot', 'code', 'anonymous', 'phone'],
}

export const schema: SettingsSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    provider: { type: 'string', enum: ['none', 'turnstile', 'hcaptcha'] },
    siteKey: { type: 'string', maxLength: 200, pattern: '^[\\w-]*$' },
    secretKey: { type: 'string', minLength: 1, maxLength: 500, writeOnly: true },
    verifyUrl: {
      type: 'string',
      maxLength: 500,
      'x-destination': true,
      description: 'Where tokens are verified; empty: at the provider',
    },
    routes: { type: 'array', uniqueItems: true, items: { type: 'string', enum: [...checkedRoutes] } },
  },
}

/** What is known of a provider: where it verifies, and what a page needs to show its task. */
export interface BotCheckProvider {
  readonly verifyUrl: string
  readonly script: string
  /** Where the script and what it shows come from. */
  readonly sources: string
  /** The class of the element the task appears in, and the field of the form that then holds the token. */
  readonly element: string
  readonly field: string
}

export const providers: Readonly<Record<'turnstile' | 'hcaptcha', BotCheckProvider>> = {
  turnstile: {
    verifyUrl: 'https://challenges.cloudflare.com/turnstile/v0/siteverify',
    script: 'https://challenges.cloudflare.com/turnstile/v0/api.js',
    sources: 'https://challenges.cloudflare.com',
    element: 'cf-turnstile',
    field: 'cf-turnstile-response',
  },
  hcaptcha: {
    verifyUrl: 'https://api.hcaptcha.com/siteverify',
    script: 'https://js.hcaptcha.com/1/api.js',
    sources: 'https://hcaptcha.com https://*.hcaptcha.com',
    element: 'h-captcha',
    field: 'h-captcha-response',
  },
}
