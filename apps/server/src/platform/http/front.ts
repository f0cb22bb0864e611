import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { limits } from '@holdfast/contract'
import { AppError } from '../../lib/index.js'
import type { Log } from '../log/index.js'
import { type ErrorAnswers, endAnswer } from './answer-error.js'
import type { HeaderList, HeaderPart } from './answer-watch.js'
import type { Answer, DirectRoutes } from './direct-routes.js'
import { logRequest } from './log-request.js'
import { isReadElsewhere, readForm, takesForm } from './read-form.js'
import { hasBody, readJson } from './read-json.js'
import { msSinceArrival, pathOf, registerRequest } from './request.js'
import type { ResponseHeaders } from './response-headers.js'

/** A query of the allowed size, and a path beside it. */
const maxUrlLength = limits.queryBytes + 2048

/** @throws uri_too_long, malformed_request */
export function checkHead({ url, headers }: IncomingMessage): void {
  if (url!.length > maxUrlLength) throw new AppError('uri_too_long', 'The URL is too long')
  if (headers.host?.includes(',')) throw new AppError('malformed_request', 'The request names two hosts')
}

/** What the front works with. */
export interface FrontParts {
  /** Express, for every route that is not direct. */
  readonly routes: RequestListener
  readonly direct: DirectRoutes
  readonly headers: ResponseHeaders
  readonly errors: ErrorAnswers
  readonly log: Log
  readonly maxBodyBytes: number
}

/**
 * What happens to a request before the routes see it: it gets an id, a browser's question about CORS is answered, and the
 * body is read. One function ahead of Express: each middleware of Express costs as much as all of this.
 */
export function createFront(parts: FrontParts): RequestListener {
  const { routes, direct, headers, errors, log, maxBodyBytes } = parts
  const send = (response: ServerResponse, answer: Answer): void => {
    const { status, body, stream, open } = answer
    const tookMs = msSinceArrival(response.req)
    logRequest(log, response.req, status, tookMs)
    headers.write(response, status, headersOf(answer), tookMs)
    if (open) {
      if (response.req.method === 'HEAD') response.end()
      else open(response)
      return
    }
    if (stream) {
      pipeline(stream, response, { end: false }).then(
        () => endAnswer(response.req, response),
        () => response.destroy(),
      )
      return
    }
    response.end(body)
  }
  /** Hands the request, whose body is read, to whoever answers it. */
  const dispatch = (request: IncomingMessage, response: ServerResponse, found: ReturnType<DirectRoutes['find']>) => {
    if (!found) {
      routes(request, response)
      return
    }
    direct.run(found, request).then(
      (answer) => send(response, answer),
      (error: unknown) => errors.answer(error, request, response),
    )
  }
  const receive = (request: IncomingMessage, response: ServerResponse): void => {
    checkHead(request)
    if (request.method === 'OPTIONS') {
      headers.writePreflight(response)
      return
    }
    const path = pathOf(request)
    const found = direct.find(request.method!, path)
    request.arrivesSlowly = found?.route.body === 'stream'
    request.template = found?.route.path
    if (request.arrivesSlowly || !hasBody(request) || isReadElsewhere(path)) {
      dispatch(request, response, found)
      return
    }
    const read = !found && takesForm(request, path) ? readForm : readJson
    read(request, maxBodyBytes, (error, body) => {
      if (error !== undefined) {
        errors.answer(error, request, response)
        return
      }
      request.body = body
      try {
        dispatch(request, response, found)
      } catch (refused) {
        errors.answer(refused, request, response)
      }
    })
  }
  return (request, response) => {
    registerRequest(request)
    try {
      receive(request, response)
    } catch (error) {
      errors.answer(error, request, response)
    }
  }
}

/** The headers that an answer says of itself. */
function headersOf({ body, stream, contentType, headers }: Answer): HeaderList {
  const list: HeaderPart[] = []
  if (body !== undefined)
    list.push(
      'content-type',
      contentType ?? 'application/json; charset=utf-8',
      'content-length',
      Buffer.byteLength(body),
    )
  else if (stream) list.push('content-type', contentType ?? 'application/octet-stream')
  else if (contentType !== undefined) list.push('content-type', contentType)
  for (const name in headers) list.push(name, headers[name]!)
  return list
}
