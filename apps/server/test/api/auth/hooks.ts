import { makeSecret } from '../../../src/platform/outbound/index.js'
import { type Received, type Receiver, startReceiver } from '../../security/outbound/receiver.js'
import type { TestServer } from '../../support/index.js'

/** A server whose hooks may stand on the loopback. */
export const outbound = { OUTBOUND_ALLOW: '127.0.0.1', OUTBOUND_PORTS: '1-65535' }

/** What stands at the other end of hooks: tests say what it answers. */
export interface HookReceiver extends Receiver {
  readonly secret: string
  readonly url: string
  /** A status, with what is sent as JSON, or as it is where it is a text. */
  answer: (
    call: Received,
  ) => { readonly status?: number; readonly body?: unknown; readonly location?: string } | undefined
}

/** One that answers undefined leaves the call open. */
export async function startHookReceiver(): Promise<HookReceiver> {
  const receiver = await startReceiver((response, call) => {
    const answer = hook.answer(call)
    if (answer === undefined) return
    const { status = 200, body, location } = answer
    if (location !== undefined) response.setHeader('location', location)
    response.statusCode = status
    response.end(typeof body === 'string' ? body : JSON.stringify(body ?? {}))
  })
  const hook: HookReceiver = {
    ...receiver,
    secret: makeSecret(),
    url: `http://127.0.0.1:${receiver.port}/hook`,
    answer: () => ({}),
  }
  return hook
}

export const setHooks = (server: TestServer, token: string, patch: object) =>
  server.request('PATCH', '/api/v1/admin/settings/auth.hooks', { token, body: patch })
