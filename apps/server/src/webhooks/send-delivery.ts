import type { DeliveryAttempt } from '@holdfast/contract'
import type { OutboundHttp, OutboundResult } from '../platform/outbound/index.js'
import { signBody } from './sign.js'

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
  readonly secrets: readonly string[]
  readonly signal?: AbortSignal
}

/** Makes one attempt. Only an answer of the class 2xx means that it has arrived. */
export async function sendDelivery(
  outbound: OutboundHttp,
  { id, url, body, secrets, signal }: SendRequest,
): Promise<Sent> {
  const at = new Date()
  const result = await outbound.send({
    method: 'POST',
    url,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Holdfast-Webhooks/1',
      ...signBody(id, body, secrets, at.getTime()),
    },
    body,
    timeoutMs,
    maxResponseBytes,
    ...(signal && { signal }),
  })
  return {
    attempt: describeAttempt(at, result),
    outcome: judge(result),
    retryAfter: result.ok ? result.headers['retry-after'] : undefined,
  }
}

function judge(result: OutboundResult): Sent['outcome'] {
  if (!result.ok) return result.failure === 'busy' || result.failure === 'aborted' ? 'untried' : 'failed'
  if (result.status === 410) return 'gone'
  return result.status >= 200 && result.status < 300 ? 'delivered' : 'failed'
}

/** Where there was no answer, the time is told in whole seconds: less would tell how far the attempt came. */
function describeAttempt(at: Date, result: OutboundResult): DeliveryAttempt {
  if (!result.ok) {
    const durationMs = Math.ceil(result.durationMs / 1000) * 1000
    return { at: at.toISOString(), durationMs, status: null, error: result.message, response: null }
  }
  const { status, durationMs, body } = result
  const arrived = status >= 200 && status < 300
  const error = arrived ? null : `The receiver answered ${status}, and not 2xx`
  return { at: at.toISOString(), durationMs, status, error, response: cut(body) }
}

/** A character that is cut in two is left out. */
const cut = (text: string): string =>
  new TextDecoder().decode(Buffer.from(text).subarray(0, keptBytes), { stream: true })
