import type { ServerResponse } from 'node:http'
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common'
import type { Request, Response } from 'express'
import { Log } from '../log/index.js'
import { explain, toProblem } from './problem.js'

/** Turns whatever was thrown into `application/problem+json`. The log has the cause under the same request id. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(private readonly log: Log) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp()
    this.answer(error, http.getRequest<Request>(), http.getResponse<Response>())
  }

  answer(error: unknown, request: Request, response: Response): void {
    const explained = explain(error)
    const { status, code, options } = explained
    const facts = { requestId: request.id, method: request.method, path: request.path, status, code }
    if (status >= 500) this.log.error({ ...facts, err: options.cause ?? error }, explained.detail)
    else this.log.debug(facts, explained.detail)
    if (response.headersSent) {
      response.destroy()
      return
    }
    sendProblem(response, JSON.stringify(toProblem(explained, request.id)), status, options.headers)
  }
}

function sendProblem(
  response: ServerResponse,
  body: string,
  status: number,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    ...headers,
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
  })
  response.end(body)
}
