import { Inject, Injectable } from '@nestjs/common'
import { invalidAt } from '../../lib/index.js'
import { CONFIG, type Config } from '../../platform/config/index.js'
import { type Settings, SettingsStore } from '../../platform/settings/index.js'

interface RedirectSettings {
  /** Origins of web apps (`https://app.example.com`) and links into native ones (`com.example.app://signed-in`). */
  readonly allow: readonly string[]
}

const maxLength = 2000
/** What a browser would run, read or open by itself. */
const dangerous = /^(javascript|data|vbscript|file|blob|filesystem|about|view-source|ws|wss|ftp|mailto):$/
const unclean = /[\\\s\p{Cc}]/u

/** Where people may be sent once they have signed in: to this server, and to what admins list. */
@Injectable()
export class Redirects {
  private readonly settings: Settings<RedirectSettings>

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    settings: SettingsStore,
  ) {
    this.settings = settings.define<RedirectSettings>({
      name: 'auth.redirects',
      description: 'Where people may be sent once they have signed in',
      defaults: { allow: [] },
      schema: {
        type: 'object',
        additionalProperties: false,
        properties: {
          allow: {
            type: 'array',
            maxItems: 100,
            description:
              'Origins of web apps (https://app.example.com), and links into native apps (com.example.app://signed-in)',
            items: { type: 'string', maxLength },
          },
        },
      },
      check: ({ allow }) => {
        for (const [index, text] of allow.entries()) parseTarget(text, `allow.${index}`)
      },
    })
  }

  /**
   * The URL to send somebody to. Compared by its whole origin, or for native apps by everything before its query.
   * @throws invalid_value, naming `path`
   */
  async check(text: string, path: string): Promise<URL> {
    const target = parseTarget(text, path)
    const { allow } = await this.settings.get()
    const known = [this.config.publicUrl, ...this.config.corsOrigins, ...allow]
    if (known.some((entry) => isWithin(target, entry))) return target
    throw invalidAt(
      'invalid_value',
      path,
      `${path} leads to a place that is not allowed`,
      'An admin can allow it: PATCH /api/v1/admin/settings/auth.redirects {"allow":["https://app.example.com"]}',
    )
  }
}

function parseTarget(text: string, path: string): URL {
  const url = typeof text === 'string' && text.length <= maxLength && !unclean.test(text) ? URL.parse(text) : null
  if (url === null || dangerous.test(url.protocol) || url.username !== '' || url.password !== '')
    throw invalidAt('invalid_value', path, `${path} must be a whole URL, such as https://app.example.com/signed-in`)
  return url
}

function isWithin(target: URL, entry: string): boolean {
  const allowed = URL.parse(entry)
  if (allowed === null || allowed.protocol !== target.protocol) return false
  if (/^https?:$/.test(target.protocol)) return allowed.origin === target.origin
  return allowed.host === target.host && allowed.pathname === target.pathname
}
