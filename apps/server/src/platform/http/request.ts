import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

declare module 'node:http' {
  interface IncomingMessage {
    /** Ties an answer to the log: the same in both, and in the `x-request-id` header. */
    id: string
    /** When it arrived, on the clock of `performance.now()`. */
    receivedAtMs: number
    /** Path of the direct route that answers; see `templateOf` for the others. */
    template: string | undefined
    /** Code of the error it was answered with. */
    errorCode: string | undefined
    /** Its route reads the body itself, however long it takes to arrive. */
    arrivesSlowly?: boolean
    /** The parsed JSON body, where one was sent. */
    body?: unknown
  }
}

/** An id that a proxy in front may choose: short, and harmless in a log. */
const harmless = /^[\w.-]{8,64}$/

/** Random per process, counted per request: unique without asking the kernel for randomness each time. */
const processId = randomBytes(6).toString('hex')
let count = 0

/** Gives the request what every later step may count on. */
export function registerRequest(request: IncomingMessage): void {
  const given = request.headers['x-request-id']
  request.id = typeof given === 'string' && harmless.test(given) ? given : `${processId}-${(++count).toString(36)}`
  request.receivedAtMs = performance.now()
  request.template = undefined
  request.errorCode = undefined
}

/** How long ago it arrived. On the hot path asked once per answer: a reading of the clock costs more than what is done with it. */
export const msSinceArrival = ({ receivedAtMs }: IncomingMessage): number => performance.now() - receivedAtMs

/** The path without the query: that may hold what does not belong in a log. */
export const pathOf = ({ url = '' }: IncomingMessage): string => {
  const end = url.indexOf('?')
  return end < 0 ? url : url.slice(0, end)
}
