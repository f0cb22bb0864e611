import { Inject, Injectable } from '@nestjs/common'
import { CONFIG, type Config } from '../../platform/config/index.js'
import { Database } from '../../platform/db/index.js'
import { type Settings, SettingsStore } from '../../platform/settings/index.js'
import { findAccountById } from '../account/find-account.js'
import { totpUri } from './totp.js'

interface MfaSettings {
  readonly issuer?: string
}

/** What authenticator apps show beside a code. */
@Injectable()
export class TotpLabels {
  private readonly settings: Settings<MfaSettings>

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly db: Database,
    settings: SettingsStore,
  ) {
    this.settings = settings.define<MfaSettings>({
      name: 'auth.mfa',
      description: 'Second factors',
      defaults: {},
      schema: {
        type: 'object',
        additionalProperties: false,
        properties: {
          issuer: {
            type: 'string',
            minLength: 1,
            maxLength: 60,
            pattern: '^[^:]*$',
            description: 'The name of the app, as authenticator apps show it. Default: the host of PUBLIC_URL',
          },
        },
      },
    })
  }

  /** The URI an app reads, and its picture. */
  async describe(userId: string, secret: string): Promise<{ uri: string; qr: string }> {
    const { issuer = new URL(this.config.publicUrl).hostname } = await this.settings.get()
    const account = await findAccountById(this.db, userId)
    const uri = totpUri(secret, { issuer, account: account?.email ?? account?.phone ?? userId })
    // Few users ever set up an app, so the library is loaded when one does.
    const { encodeQR } = await import('qr')
    return { uri, qr: `data:image/svg+xml;base64,${Buffer.from(encodeQR(uri, 'svg')).toString('base64')}` }
  }
}
