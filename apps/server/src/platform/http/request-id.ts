import { randomBytes } from 'node:crypto'
import type { NextFunction, Request, Response } from 'express'

declare global {
  namespace Express {
    interface Request {
      /** Ties an answer to the log: the same in both, and in the `x-request-id` header. */
      id: string
    }
  }
}

/** An id that a proxy in front may choose: short, and harmless in a log. */
const harmless = /^[\w.-]{8,64}$/

export function assignRequestId(request: Request, response: Response, next: NextFunction): void {
  const given = request.headers['x-request-id']
  request.id = typeof given === 'string' && harmless.test(given) ? given : nextId()
  response.setHeader('x-request-id', request.id)
  next()
}

/** Random per process, counted per request: unique without asking the kernel for randomness each time. */
const processId = randomBytes(6).toString('hex')
let count = 0
const nextId = (): string => `${processId}-${(++count).toString(36)}`
