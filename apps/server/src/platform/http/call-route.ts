import { IncomingMessage, type OutgoingHttpHeaders, type RequestListener, ServerResponse } from 'node:http'
import { Injectable } from '@nestjs/common'
import { AppHost } from './app-host.js'
import { registerRequest } from './request.js'

export interface RouteCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With its query. */
  readonly url: string
  /** By their lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
}

export interface RouteAnswer {
  readonly status: number
  readonly headers: OutgoingHttpHeaders
  readonly text: string
}

/** What of the real request still holds: where it comes from, and through which proxies. */
const inherited = ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'user-agent', 'accept-language', 'host']

/**
 * Calls a route of this server on behalf of a request, within the process: a page of ours so does what an app would do, and
 * meets the same guards, limits and checks. Not for direct routes and for answers that are no text.
 */
@Injectable()
export class RouteCalls {
  constructor(private readonly host: AppHost) {}

  call(outer: IncomingMessage, { method, url, headers, body }: RouteCall): Promise<RouteAnswer> {
    const request = new IncomingMessage(outer.socket)
    const passedOn = Object.fromEntries(inherited.flatMap((name) => toPair(name, outer.headers[name])))
    Object.assign(request, { method, url, headers: { ...passedOn, ...headers }, complete: true, body })
    request.rawHeaders = Object.entries(request.headers).flatMap(([name, value]) => [name, String(value)])
    request.push(null)
    registerRequest(request)
    const routes = this.host.app.getHttpAdapter().getInstance() as RequestListener
    return new Promise((resolve) => {
      const response = new ServerResponse(request)
      const end = (text: unknown) => {
        const headers = response.getHeaders()
        resolve({ status: response.statusCode, headers, text: typeof text === 'string' ? text : `${text ?? ''}` })
        return response
      }
      Object.defineProperty(response, 'end', { value: end })
      routes(request, response)
    })
  }
}

const toPair = (name: string, value: string | string[] | undefined): [string, string][] =>
  typeof value === 'string' ? [[name, value]] : []
