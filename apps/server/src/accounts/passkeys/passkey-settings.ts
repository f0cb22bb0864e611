import { isIP } from 'node:net'
import { Inject, Injectable } from '@nestjs/common'
import { invalidAt } from '../../lib/index.js'
import { CONFIG, type Config } from '../../platform/config/index.js'
import { type Settings, SettingsStore } from '../../platform/settings/index.js'

interface StoredSettings {
  readonly rpId?: string
  readonly rpName?: string
  readonly origins: readonly string[]
  readonly userVerification: UserVerification
}

/** Whether the authenticator must see that it is the user (PIN, fingerprint), or may do without where it cannot. */
export type UserVerification = 'preferred' | 'required'

/** Who passkeys are for. */
export interface RelyingParty {
  readonly id: string
  readonly name: string
  readonly origins: readonly string[]
  readonly userVerification: UserVerification
}

const domain = /^(localhost|([a-z\d]([a-z\d-]*[a-z\d])?\.)+[a-z]([a-z\d-]*[a-z\d])?)$/
const androidApp = /^android:apk-key-hash:[\w-]{43}$/

/** Which site passkeys belong to, and from which pages and apps they are taken. */
@Injectable()
export class PasskeySettings {
  private readonly settings: Settings<StoredSettings>

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    settings: SettingsStore,
  ) {
    this.settings = settings.define<StoredSettings>({
      name: 'auth.passkeys',
      description: 'Passkeys: the site they belong to, and the pages and apps that may use them',
      defaults: { origins: [], userVerification: 'preferred' },
      schema: {
        type: 'object',
        additionalProperties: false,
        properties: {
          rpId: {
            type: 'string',
            maxLength: 253,
            description:
              'The domain passkeys belong to: that of the app, or one above it. Default: the host of PUBLIC_URL. Passkeys of another domain are of no use any more.',
          },
          rpName: {
            type: 'string',
            minLength: 1,
            maxLength: 60,
            description: 'The name of the app. Default: the domain',
          },
          origins: {
            type: 'array',
            maxItems: 50,
            items: { type: 'string', maxLength: 300 },
            description:
              'Beside PUBLIC_URL: origins of web apps (https://app.example.com) and Android apps (android:apk-key-hash:…)',
          },
          userVerification: { type: 'string', enum: ['preferred', 'required'] },
        },
      },
      check: checkSettings,
    })
  }

  async relyingParty(): Promise<RelyingParty> {
    const { rpId, rpName, origins, userVerification } = await this.settings.get()
    const { hostname, origin } = new URL(this.config.publicUrl)
    const id = rpId ?? hostname
    return { id, name: rpName ?? id, origins: [origin, ...origins], userVerification }
  }
}

/** @throws invalid_value */
function checkSettings({ rpId, origins }: StoredSettings): void {
  if (rpId !== undefined && (!domain.test(rpId) || isIP(rpId) !== 0))
    throw invalidAt('invalid_value', 'rpId', 'rpId must be a domain, such as example.com')
  for (const [index, text] of origins.entries())
    if (!isOrigin(text))
      throw invalidAt(
        'invalid_value',
        `origins.${index}`,
        `origins.${index} must be an origin such as https://app.example.com, or android:apk-key-hash:…`,
      )
}

/** Written as browsers write it: origins are compared as texts. */
function isOrigin(text: string): boolean {
  if (androidApp.test(text)) return true
  const url = URL.parse(text)
  if (url === null || url.origin !== text || !domain.test(url.hostname)) return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && url.hostname === 'localhost')
}
