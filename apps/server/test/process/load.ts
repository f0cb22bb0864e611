import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

/** A request to a server, over connections that stay open. */
export interface Asking {
  readonly method?: string
  readonly path: string
  readonly token?: string | undefined
  readonly key?: string | undefined
  readonly body?: unknown
}

/** What came of it. Status 0: there was no answer. Times are by `performance.now()`. */
export interface Answer {
  readonly status: number
  readonly text: string
  readonly retryAfter: string | undefined
  readonly askedMs: number
  readonly tookMs: number
}

const agent = new Agent({ keepAlive: true })

export function ask(url: string, { method = 'GET', path, token, key, body }: Asking): Promise<Answer> {
  const askedMs = performance.now()
  return new Promise((resolve) => {
    const end = (status: number, text: string, retryAfter?: string): void =>
      resolve({ status, text, retryAfter, askedMs, tookMs: performance.now() - askedMs })
    const sent = request(url + path, {
      method,
      agent,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(key !== undefined && { 'idempotency-key': key }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
    })
    sent.on('error', ({ message }) => end(0, message))
    sent.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => {
        text += part
      })
      response.on('end', () => end(response.statusCode!, text, response.headers['retry-after']))
      response.on('error', ({ message }) => end(0, message))
    })
    sent.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

/** Asks so many times a second, whether answers come or not, until it is stopped and all were answered. */
export function askSteadily(perSecond: number, one: (n: number) => Promise<unknown>): { stop(): Promise<void> } {
  const running = new Set<Promise<unknown>>()
  const startMs = performance.now()
  let stopping = false
  const pumping = (async () => {
    for (let n = 0; !stopping; await sleep(5))
      for (; n < ((performance.now() - startMs) / 1000) * perSecond; n += 1) {
        const asked = one(n)
        running.add(asked)
        void asked.finally(() => running.delete(asked))
      }
  })()
  return {
    stop: async () => {
      stopping = true
      await pumping
      await Promise.all(running)
    },
  }
}

/** How often each kind of answer came: `{ '200': 12, '503 unavailable': 1 }`. */
export function tally(answers: readonly Answer[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { status, text } of answers) {
    const code = status < 400 ? undefined : /"code":"(\w+)"/.exec(text)?.[1]
    const kind = code === undefined ? String(status) : `${status} ${code}`
    counts[kind] = (counts[kind] ?? 0) + 1
  }
  return counts
}
