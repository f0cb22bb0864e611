import { Injectable } from '@nestjs/common'
import { type Settings, SettingsStore } from '../../platform/settings/index.js'

interface AnonymousSection {
  readonly enabled: boolean
  readonly dropAfterDays: number
}

@Injectable()
export class AnonymousSettings {
  readonly get: Settings<AnonymousSection>['get']

  constructor(settings: SettingsStore) {
    const { get } = settings.define<AnonymousSection>({
      name: 'auth.anonymous',
      description: 'Users who give no proof of who they are',
      defaults: { enabled: true, dropAfterDays: 30 },
      schema: {
        type: 'object',
        additionalProperties: false,
        properties: {
          enabled: { type: 'boolean', description: 'Whether visitors can make some, while sign-up is open' },
          dropAfterDays: {
            type: 'integer',
            minimum: 1,
            maximum: 36500,
            description: 'They are deleted once they are this old and signed in nowhere',
          },
        },
      },
    })
    this.get = get
  }
}
