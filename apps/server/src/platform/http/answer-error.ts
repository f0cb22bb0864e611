import type { IncomingMessage, ServerResponse } from 'node:http'
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common'
import type { Log } from '../log/index.js'
import { explain, toProblem } from './problem.js'
import { hasBody } from './read-json.js'
import { pathOf } from './request.js'
import type { ResponseHeaders } from './response-headers.js'

/** Turns whatever was thrown, before the routes or in one, into `application/problem+json`. The log has the cause under the same request id. */
@Catch()
export class ErrorAnswers implements ExceptionFilter {
  constructor(
    private readonly headers: ResponseHeaders,
    private readonly log: Log,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp()
    this.answer(error, http.getRequest<IncomingMessage>(), http.getResponse<ServerResponse>())
  }

  answer(error: unknown, request: IncomingMessage, response: ServerResponse): void {
    const explained = explain(error)
    const { code, status, detail, options } = explained
    request.errorCode = code
    const facts = { requestId: request.id, method: request.method, path: pathOf(request), status, code }
    // 503 says that the database or a queue is the trouble, for many requests at once: the reason, without a stack each.
    if (status === 503) this.log.warn({ ...facts, reason: (options.cause as Error | undefined)?.message }, detail)
    else if (status >= 500) this.log.error({ ...facts, err: options.cause ?? error }, detail)
    else this.log.debug(facts, detail)
    if (response.headersSent) {
      response.destroy()
      return
    }
    const body = JSON.stringify(toProblem(explained, request.id))
    for (const name of response.getHeaderNames()) response.removeHeader(name)
    const headers = {
      ...options.headers,
      'content-type': 'application/problem+json',
      'content-length': String(Buffer.byteLength(body)),
      ...(isSending(request) && { connection: 'close' }),
    }
    this.headers.write(response, status, Object.entries(headers).flat())
    endAnswer(request, response, body)
  }
}

/** How much of a body nobody wants is read, and for how long, so that the sender gets to see the answer. */
const lingerBytes = 32 * 1024 * 1024
const lingerMs = 2000

const isSending = (request: IncomingMessage): boolean => hasBody(request) && !request.complete && request.readable

/** Closing while the client still sends would reset the connection, and the answer with it. */
export function endAnswer(request: IncomingMessage, response: ServerResponse, body = ''): void {
  if (!isSending(request)) {
    response.end(body)
    return
  }
  let bytes = 0
  const end = () => {
    clearTimeout(timer)
    request.off('data', count).off('end', end).off('close', end)
    response.end()
  }
  const count = (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > lingerBytes) end()
  }
  const timer = setTimeout(end, lingerMs)
  response.write(body)
  request.on('data', count).once('end', end).once('close', end)
}
