import type { DeliveryAttempt } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import { OutboundHttp, type OutboundResult, signBody } from '../../platform/outbound/index.js'

import { SigningSecrets, type StoredSecret } from './signing-secrets.js'

const timeoutMs = 20_000
/** What is read of an answer, and of that, what is kept. */
const maxResponseBytes = 4096
const keptBytes = 1024

export interface Sent {
  readonly attempt: DeliveryAttempt
  /** `untried`: nothing was sent, and it is not the receiver who is to blame. */
  readonly outcome: 'delivered' | 'failed' | 'gone' | 'untried'
  readonly retryAfter: string | undefined
}

export interface SendRequest {
  readonly id: string
  readonly url: string
  readonly body: string
  readonly secrets: readonly StoredSecret[]
  readonly signal?: AbortSignal
}

/** Makes single attempts. */
@Injectable()
export class DeliverySender {
  constructor(
    private readonly outbound: OutboundHttp,
    private readonly secrets: SigningSecrets,
  ) {}

  /** Only an answer of the class 2xx means that it has arrived. */
  async send({ id, url, body, secrets, signal }: SendRequest): Promise<Sent> {
    const at = new Date()
    const keys = await this.secrets.decrypt(secrets)
    if (keys.length === 0)
      return { attempt: failedAttempt(at, 0, unreadable), outcome: 'failed', retryAfter: undefined }
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Holdfast-Webhooks/1',
      ...signBody(id, body, keys, at.getTime()),
    }
    const call = { method: 'POST', url, headers, body, timeoutMs, maxResponseBytes } as const
    const result = await this.outbound.send({ ...call, ...(signal && { signal }) })
    return {
      attempt: describeAttempt(at, result),
      outcome: judge(result),
      retryAfter: result.ok ? result.headers['retry-after'] : undefined,
    }
  }
}

const unreadable =
  'The signing secret cannot be read: SECRET_KEY is not what it was. Set it back, or rotate the secret of the webhook'

function judge(result: OutboundResult): Sent['outcome'] {
  if (!result.ok) return result.failure === 'busy' || result.failure === 'aborted' ? 'untried' : 'failed'
  if (result.status === 410) return 'gone'
  return result.status >= 200 && result.status < 300 ? 'delivered' : 'failed'
}

/** Where there was no answer, the time is told in whole seconds: less would tell how far the attempt came. */
function describeAttempt(at: Date, result: OutboundResult): DeliveryAttempt {
  if (!result.ok) return failedAttempt(at, Math.max(1, Math.ceil(result.durationMs / 1000)) * 1000, result.message)
  const { status, durationMs, body } = result
  const arrived = status >= 200 && status < 300
  const error = arrived ? null : `The receiver answered ${status}, and not 2xx`
  return { at: at.toISOString(), durationMs, status, error, response: cut(body) }
}

const failedAttempt = (at: Date, durationMs: number, error: string): DeliveryAttempt => ({
  at: at.toISOString(),
  durationMs,
  status: null,
  error,
  response: null,
})

/** A character that is cut in two is left out. */
const cut = (text: string): string =>
  new TextDecoder().decode(Buffer.from(text).subarray(0, keptBytes), { stream: true })
