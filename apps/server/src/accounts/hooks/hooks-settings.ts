import { type AuthHook, authHooks } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import { invalidAt } from '../../lib/index.js'
import { isSecret, OutboundHttp } from '../../platform/outbound/index.js'
import { type Settings, type SettingsSchema, SettingsStore } from '../../platform/settings/index.js'

/** Where a hook is sent. */
export interface HookTarget {
  readonly url: string
  /** `whsec_…`. Absent where it can no longer be decrypted. */
  readonly secret?: string
  readonly timeoutMs?: number
  /** What becomes of the sign-up or the token when the hook gives no answer. */
  readonly onError?: 'refuse' | 'allow'
}

type HooksSection = { readonly [Hook in AuthHook]?: HookTarget }

const target = (description: string, more: SettingsSchema['properties'] = {}): SettingsSchema => ({
  type: 'object',
  description,
  additionalProperties: false,
  required: ['url', 'secret'],
  properties: {
    url: { type: 'string', maxLength: 2000, 'x-destination': true },
    secret: {
      type: 'string',
      maxLength: 200,
      writeOnly: true,
      description: 'Signs what is sent (Standard Webhooks): whsec_ and 24 to 64 bytes in base64',
    },
    timeoutMs: { type: 'integer', minimum: 100, maximum: 5000, description: 'Default 3000' },
    ...more,
  },
})

const onError: SettingsSchema = {
  type: 'string',
  enum: ['refuse', 'allow'],
  description: 'What happens when the hook gives no valid answer in time. Default refuse',
}

@Injectable()
export class HooksSettings {
  private readonly settings: Settings<HooksSection>

  constructor(settings: SettingsStore, outbound: OutboundHttp) {
    this.settings = settings.define<HooksSection>({
      name: 'auth.hooks',
      description: 'Services that are asked, or told, when people sign up and in',
      defaults: {},
      schema: {
        type: 'object',
        additionalProperties: false,
        properties: {
          beforeSignUp: target('Decides who may make an account', { onError }),
          beforeToken: target('Adds claims to access tokens', { onError }),
          afterSignIn: target('Is told of each sign-in'),
        },
      },
      check: (hooks) => {
        for (const hook of authHooks) checkTarget(hook, hooks[hook], outbound)
      },
    })
  }

  /** Undefined where nobody is to be asked. */
  async find(hook: AuthHook): Promise<HookTarget | undefined> {
    return (await this.settings.get())[hook]
  }
}

/** @throws validation_failed */
export function checkTarget(at: string, target: Partial<HookTarget> | undefined, outbound: OutboundHttp): void {
  if (target?.url !== undefined) {
    const fault = outbound.findFault(target.url)
    if (fault) throw invalidAt('validation_failed', `${at}.url`, fault.message)
  }
  if (target?.secret !== undefined && !isSecret(target.secret))
    throw invalidAt(
      'validation_failed',
      `${at}.secret`,
      `${at}.secret must be whsec_ and 24 to 64 bytes in base64`,
      'Make one: echo whsec_$(openssl rand -base64 32)',
    )
}
