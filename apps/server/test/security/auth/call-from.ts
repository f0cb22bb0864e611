import { request as httpRequest } from 'node:http'
import type { TestServer } from '../../support/index.js'

export interface Answer {
  readonly status: number
  readonly headers: Record<string, string | string[] | undefined>
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
  readonly json: any
  readonly tookMs: number
}

export interface Call {
  /** The address the call comes from: all of 127.0.0.0/8 is this machine. */
  readonly from?: string
  readonly headers?: Record<string, string>
  readonly method?: string
}

/** Calls a route of the API from another address of this machine, with headers that `fetch` would not send. */
export function callFrom(
  server: Pick<TestServer, 'url'>,
  path: string,
  body?: unknown,
  { from = '127.0.0.1', headers = {}, method = 'POST' }: Call = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const started = performance.now()
    const call = httpRequest(
      {
        host: '127.0.0.1',
        port: new URL(server.url).port,
        path,
        method,
        localAddress: from,
        headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      },
      (answer) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (chunk) => (text += chunk))
        answer.on('end', () => {
          const tookMs = performance.now() - started
          const isJson = /json/.test(answer.headers['content-type'] ?? '')
          resolve({
            status: answer.statusCode!,
            headers: answer.headers,
            text,
            json: isJson && text !== '' ? JSON.parse(text) : undefined,
            tookMs,
          })
        })
      },
    )
    call.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body))
  })
}

/** What an answer tells, without what differs each time. */
export function shapeOf({ status, headers, text, json }: Answer) {
  const { 'x-request-id': _id, date: _date, ...rest } = headers
  if (json === undefined) return { status, headers: rest, text }
  const { requestId: _request, ...problem } = json
  const { 'content-length': _length, ...others } = rest
  return { status, headers: others, problem }
}

/** What it takes where little is in the way, of many times: whatever else a machine does can only add to that. */
export const quickest = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[times.length >> 2]!
