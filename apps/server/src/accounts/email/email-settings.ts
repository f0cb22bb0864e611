import { Injectable } from '@nestjs/common'
import { AppError } from '../../lib/index.js'
import { type Settings, SettingsStore } from '../../platform/settings/index.js'

export interface EmailSection {
  /** Whether passwords sign in only once the address is proven. */
  readonly requireVerified: boolean
  /** Whether mails to a new account ask for a proof of its address. */
  readonly verifyOnSignUp: boolean
  /** Sign-in by a code of six digits, by a link. */
  readonly code: boolean
  readonly link: boolean
  readonly codeMinutes: number
  readonly linkMinutes: number
  readonly resetMinutes: number
  readonly verifyMinutes: number
}

const minutes = (description: string, maximum: number) =>
  ({ type: 'integer', minimum: 1, maximum, description }) as const
const aWeek = 10_080

/** What admins decide about e-mail addresses of accounts. */
@Injectable()
export class EmailSettings {
  readonly get: Settings<EmailSection>['get']

  constructor(settings: SettingsStore) {
    const { get } = settings.define<EmailSection>({
      name: 'auth.email',
      description: 'Proofs of e-mail addresses, and sign-in by mail',
      defaults: {
        requireVerified: false,
        verifyOnSignUp: true,
        code: true,
        link: true,
        codeMinutes: 10,
        linkMinutes: 30,
        resetMinutes: 60,
        verifyMinutes: 1440,
      },
      schema: {
        type: 'object',
        additionalProperties: false,
        properties: {
          requireVerified: {
            type: 'boolean',
            description:
              'Passwords sign in only once the address is proven. A sign-up then does not tell who has an account.',
          },
          verifyOnSignUp: { type: 'boolean', description: 'Whether whoever signs up is asked to prove the address' },
          code: { type: 'boolean', description: 'Sign-in by a code of six digits' },
          link: { type: 'boolean', description: 'Sign-in by a link' },
          codeMinutes: minutes('How long a code is good for', 60),
          linkMinutes: minutes('How long a link that signs in is good for', 1440),
          resetMinutes: minutes('How long the link to a new password is good for', 1440),
          verifyMinutes: minutes('How long the links that prove an address are good for', aWeek),
        },
      },
    })
    this.get = get
  }

  /** @throws forbidden where admins switched it off */
  async requireOn(method: 'code' | 'link'): Promise<void> {
    if ((await this.get())[method]) return
    throw new AppError('forbidden', `Sign-in by ${method} is switched off`, {
      hint: 'Sign in another way, or ask an admin',
    })
  }
}
