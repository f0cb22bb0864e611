import type { OutboundHttp } from './outbound-http.js'
import type { OutboundResult } from './outbound-request.js'
import { signBody } from './sign.js'

export interface SignedMessage {
  readonly url: string
  readonly secret: string
  /** The `webhook-id`: the same where the same message is sent again. */
  readonly id: string
  readonly body: string
  readonly timeoutMs: number
  readonly maxResponseBytes?: number
}

/** Posts JSON under a signature as webhooks have it (Standard Webhooks 1.0.0). Never throws: what went wrong is the result. */
export function sendSigned(
  outbound: OutboundHttp,
  { url, secret, id, body, timeoutMs, maxResponseBytes }: SignedMessage,
): Promise<OutboundResult> {
  const headers = { 'content-type': 'application/json', ...signBody(id, body, [secret], Date.now()) }
  return outbound.send({
    method: 'POST',
    url,
    headers,
    body,
    timeoutMs,
    ...(maxResponseBytes !== undefined && { maxResponseBytes }),
  })
}
