import type { AuthHook, HookCall, HookData } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import { AppError, newId } from '../../lib/index.js'
import { Log } from '../../platform/log/index.js'
import { OutboundHttp, sendSigned } from '../../platform/outbound/index.js'
import { HooksSettings, type HookTarget } from './hooks-settings.js'

const defaultTimeoutMs = 3000
const maxAnswerBytes = 16 * 1024

/** Asks the services that admins named, by signed requests. What they answer is as little trusted as what visitors send. */
@Injectable()
export class Hooks {
  constructor(
    private readonly settings: HooksSettings,
    private readonly outbound: OutboundHttp,
    private readonly log: Log,
  ) {}

  async isSet(hook: AuthHook): Promise<boolean> {
    return (await this.settings.find(hook)) !== undefined
  }

  /**
   * What the hook answers, as `parse` reads it. Undefined where there is none, or where it gives no answer that `parse`
   * takes and the settings say to go on without.
   * @throws unavailable where they say not to
   */
  async ask<Hook extends AuthHook, Answer>(
    hook: Hook,
    data: HookData[Hook],
    parse: (answer: unknown) => Answer | undefined,
  ): Promise<Answer | undefined> {
    const target = await this.settings.find(hook)
    if (target === undefined) return undefined
    const answer = await this.call(hook, target, data, newId())
    const parsed = answer === undefined ? undefined : parse(answer)
    if (parsed !== undefined) return parsed
    this.log.warn({ hook, onError: target.onError ?? 'refuse' }, 'a hook of accounts gave no valid answer')
    if (target.onError === 'allow') return undefined
    throw new AppError('unavailable', 'This cannot be done right now', { headers: { 'Retry-After': '5' } })
  }

  /** Tells the hook, whose answer does not matter. False where it did not take it; `id` is the same in every attempt. */
  async tell<Hook extends AuthHook>(hook: Hook, data: HookData[Hook], id: string): Promise<boolean> {
    const target = await this.settings.find(hook)
    return target === undefined || (await this.send(hook, target, data, id)) !== undefined
  }

  /** The JSON of a 2xx answer. */
  private async call<Hook extends AuthHook>(hook: Hook, target: HookTarget, data: HookData[Hook], id: string) {
    const body = await this.send(hook, target, data, id)
    if (body === undefined) return undefined
    try {
      return JSON.parse(body) as unknown
    } catch {
      return undefined
    }
  }

  private async send<Hook extends AuthHook>(
    hook: Hook,
    { url, secret, timeoutMs = defaultTimeoutMs }: HookTarget,
    data: HookData[Hook],
    id: string,
  ): Promise<string | undefined> {
    if (secret === undefined) return undefined
    const call: HookCall<Hook> = { type: hook, timestamp: new Date().toISOString(), data }
    const message = { url, secret, id, body: JSON.stringify(call), timeoutMs, maxResponseBytes: maxAnswerBytes }
    const result = await sendSigned(this.outbound, message)
    return result.ok && result.status >= 200 && result.status < 300 && !result.truncated ? result.body : undefined
  }
}
