import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { limits } from '@holdfast/contract'
import { AppError } from '../../lib/index.js'
import type { ErrorAnswers } from './answer-error.js'
import { hasBody, readJson } from './read-json.js'
import { registerRequest } from './request.js'
import type { ResponseHeaders } from './response-headers.js'

/** A query of the allowed size, and a path beside it. */
const maxUrlLength = limits.queryBytes + 2048

/**
 * What happens to a request before the routes see it: it gets an id, a browser's question about CORS is answered, and the
 * body is read. One function ahead of Express: each middleware of Express costs as much as all of this.
 */
export function createFront(
  routes: RequestListener,
  headers: ResponseHeaders,
  errors: ErrorAnswers,
  maxBodyBytes: number,
): RequestListener {
  return (request: IncomingMessage, response: ServerResponse): void => {
    registerRequest(request)
    if (request.url!.length > maxUrlLength) {
      errors.answer(new AppError('uri_too_long', 'The URL is too long'), request, response)
      return
    }
    if (request.headers.host?.includes(',')) {
      errors.answer(new AppError('malformed_request', 'The request names two hosts'), request, response)
      return
    }
    if (request.method === 'OPTIONS') {
      headers.writePreflight(response)
      return
    }
    if (!hasBody(request)) {
      routes(request, response)
      return
    }
    readJson(request, maxBodyBytes, (error, body) => {
      if (error !== undefined) {
        errors.answer(error, request, response)
        return
      }
      request.body = body
      routes(request, response)
    })
  }
}
