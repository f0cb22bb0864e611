import type { BotCheckInfo } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import { AppError, invalidAt } from '../../lib/index.js'
import { OutboundHttp } from '../../platform/outbound/index.js'
import { type Settings, SettingsStore } from '../../platform/settings/index.js'
import { AttemptLimits } from '../limits/attempt-limits.js'
import { type BotCheckSettings, type CheckedRoute, defaults, providers, schema } from './bot-check-settings.js'

const timeoutMs = 5000
const maxTokenLength = 4096

/** Tells people from robots by what Turnstile or hCaptcha say of them, where an admin has switched that on. */
@Injectable()
export class BotChecks {
  private readonly settings: Settings<BotCheckSettings>

  constructor(
    settings: SettingsStore,
    private readonly outbound: OutboundHttp,
    private readonly limits: AttemptLimits,
  ) {
    this.settings = settings.define<BotCheckSettings>({
      name: 'auth.botCheck',
      description: 'A task for people before sign-up, sign-in and what sends mails',
      schema,
      defaults,
      check: (wanted) => this.check(wanted),
    })
  }

  /** What a page has to show. */
  async describe(): Promise<BotCheckInfo> {
    const { provider, siteKey, routes } = await this.settings.get()
    return provider === 'none'
      ? { provider: null, siteKey: null, routes: [] }
      : { provider, siteKey, routes: [...routes] }
  }

  /**
   * Nothing goes on without a yes: also where the provider cannot be asked.
   * @throws bot_check_failed, unavailable, rate_limited
   */
  async require(route: CheckedRoute, token: string | undefined, address: string): Promise<void> {
    const settings = await this.settings.get()
    if (settings.provider === 'none' || !settings.routes.includes(route)) return
    if (token === undefined || token === '' || token.length > maxTokenLength) throw failed('The task was not solved')
    await this.limits.count('ceremony', address)
    if (!(await this.verify(settings, token, address))) throw failed('The provider does not take this token')
  }

  private async verify(settings: BotCheckSettings, token: string, address: string): Promise<boolean> {
    const { provider, secretKey, verifyUrl } = settings
    const form = new URLSearchParams({ secret: secretKey ?? '', response: token, remoteip: address })
    const answer = await this.outbound.send({
      method: 'POST',
      url: verifyUrl || providers[provider as 'turnstile'].verifyUrl,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
      timeoutMs,
    })
    if (!answer.ok || answer.status >= 500) throw unavailable(answer.ok ? `status ${answer.status}` : answer.message)
    return answer.status === 200 && isSuccess(answer.body)
  }

  private check({ provider, siteKey, secretKey, verifyUrl }: BotCheckSettings): void {
    const fault = verifyUrl === '' ? undefined : this.outbound.findFault(verifyUrl)
    if (fault) throw invalidAt('validation_failed', 'verifyUrl', fault.message)
    if (provider === 'none') return
    if (siteKey === '') throw invalidAt('validation_failed', 'siteKey', 'siteKey is required')
    if (secretKey === undefined) throw invalidAt('validation_failed', 'secretKey', 'secretKey is required')
  }
}

/** The boolean true and nothing like it. */
function isSuccess(body: string): boolean {
  try {
    return (JSON.parse(body) as { success?: unknown } | null)?.success === true
  } catch {
    return false
  }
}

const failed = (detail: string): AppError =>
  new AppError('bot_check_failed', detail, {
    errors: [{ path: 'botToken', code: 'bot_check_failed', message: detail }],
    hint: 'Show the task that GET /api/v1/auth/bot-check names, and send its token as botToken or in the header X-Bot-Token',
  })

const unavailable = (reason: string): AppError =>
  new AppError('unavailable', 'It cannot be checked at the moment whether you are a robot', {
    hint: 'Try again in a minute',
    headers: { 'Retry-After': '30' },
    cause: new Error(reason),
  })
