import type { PasswordStrength } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import { AppError, invalidAt } from '../../lib/index.js'
import { OutboundHttp } from '../../platform/outbound/index.js'
import { type Settings, SettingsStore } from '../../platform/settings/index.js'
import { BreachedPasswords } from './breached-passwords.js'
import { type Estimate, estimateStrength } from './estimate-strength.js'
import { normalizePassword } from './parse-password.js'

export interface PasswordSection {
  readonly minLength: number
  readonly minScore: number
  readonly breached: { readonly enabled: boolean; readonly url: string }
}

const rangeUrl = 'https://api.pwnedpasswords.com/range/'
/** What in an address may be a word of a password. */
const separators = /[@.+_-]+/
const shortestWord = 3

/** How strong passwords must be, as admins say. Asked where one is set, never where one is shown. */
@Injectable()
export class PasswordPolicy {
  readonly get: Settings<PasswordSection>['get']

  constructor(
    private readonly breached: BreachedPasswords,
    outbound: OutboundHttp,
    settings: SettingsStore,
  ) {
    const { get } = settings.define<PasswordSection>({
      name: 'auth.passwords',
      description: 'How strong new passwords must be',
      defaults: { minLength: 8, minScore: 1, breached: { enabled: false, url: rangeUrl } },
      schema: {
        type: 'object',
        additionalProperties: false,
        properties: {
          minLength: { type: 'integer', minimum: 8, maximum: 64, description: 'In characters' },
          minScore: {
            type: 'integer',
            minimum: 0,
            maximum: 4,
            description:
              'As zxcvbn scores them: 0 takes any, 1 refuses the most common, 3 is a good choice where much is at stake',
          },
          breached: {
            type: 'object',
            additionalProperties: false,
            description: 'Refuses passwords of known leaks. Five of the forty digits of a hash go to the service.',
            properties: {
              enabled: { type: 'boolean' },
              url: {
                type: 'string',
                maxLength: 500,
                'x-destination': true,
                description: 'Ends before the five digits',
              },
            },
          },
        },
      },
      check: ({ breached: { url } }) => {
        const fault = outbound.findFault(url)
        if (fault) throw invalidAt('invalid_value', 'breached.url', fault.message)
      },
    })
    this.get = get
  }

  /**
   * Lets a new password pass that `parseNewPassword` has checked. `email`: whose it is to be.
   * @throws validation_failed, naming `path`
   */
  async require(password: string, path: string, email?: string): Promise<void> {
    const { minLength, minScore, breached } = await this.get()
    if ([...password].length < minLength)
      throw refused(path, 'too_short', `${path} must be at least ${minLength} characters long`)
    const estimate = minScore > 0 ? await estimateStrength(password, wordsOf(email)) : undefined
    if (estimate && estimate.score < minScore) throw tooWeak(path, estimate)
    if (breached.enabled && (await this.breached.has(password, breached.url)))
      throw refused(
        path,
        'breached',
        `${path} is known from a leak of other services`,
        'Choose one you use nowhere else.',
      )
  }

  /** What `require` would say, for those who are still typing. `breached` is null where nobody was asked. */
  async estimate(text: string, email?: string): Promise<PasswordStrength> {
    const { minLength, minScore, breached } = await this.get()
    const password = normalizePassword(text)
    const { score, warning, suggestions } = await estimateStrength(password, wordsOf(email))
    const isBreached = breached.enabled ? ((await this.breached.has(password, breached.url)) ?? null) : null
    const acceptable = [...password].length >= minLength && score >= minScore && isBreached !== true
    return { score, acceptable, breached: isBreached, warning, suggestions }
  }
}

/** The address, what stands before its `@`, and the words in both. */
const wordsOf = (email: string | undefined): string[] =>
  email === undefined
    ? []
    : [email, email.split('@')[0]!, ...email.split(separators).filter((word) => word.length >= shortestWord)]

const tooWeak = (path: string, { warning, suggestions }: Estimate): AppError =>
  refused(
    path,
    'too_weak',
    `${path} is too easy to guess`,
    [warning, ...suggestions].flatMap((hint) => hint?.message ?? []).join(' ') || undefined,
  )

const refused = (path: string, code: string, message: string, hint?: string): AppError =>
  new AppError('validation_failed', message, { errors: [{ path, code, message }], hint })
