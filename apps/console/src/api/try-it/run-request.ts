import { createClient, HoldfastError, memoryStorage } from '@holdfast/sdk'
import type { Method } from '../operation'

export interface TryRequest {
  readonly method: Method
  /** Below `/api/v1`. */
  readonly path: string
  readonly query: string
  /** As it was typed; nothing when empty. */
  readonly body: string
  /** With the session of whoever uses the console, or as somebody who is not signed in. */
  readonly as: 'admin' | 'public'
}

/** What came back, as it came. */
export interface TryAnswer {
  readonly status: number
  readonly statusText: string
  readonly ms: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly text: string
}

/** Sends a request by the SDK, and keeps the answer that the SDK would take apart. @throws NetworkError */
export async function runRequest({ method, path, query, body, as }: TryRequest): Promise<TryAnswer> {
  let answer: TryAnswer | undefined
  const watch: typeof fetch = async (input, init) => {
    const startedAt = performance.now()
    const response = await fetch(input, as === 'public' ? { ...init, credentials: 'omit' } : init)
    const text = await response.clone().text()
    const { status, statusText, headers } = response
    answer = { status, statusText, ms: performance.now() - startedAt, headers: [...headers], text }
    return response
  }
  const options = as === 'admin' ? { cookies: true } : { storage: memoryStorage() }
  const { send } = createClient(location.origin, { ...options, fetch: watch })
  const headers = { 'content-type': 'application/json' }
  try {
    await send(method, path, { query, ...(body.trim() !== '' && { text: body, headers }) })
  } catch (error) {
    // A refusal is an answer too.
    if (!(error instanceof HoldfastError && answer)) throw error
  }
  return answer!
}
