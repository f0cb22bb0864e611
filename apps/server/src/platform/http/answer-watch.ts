import type { IncomingMessage, ServerResponse } from 'node:http'

/** Headers as Node takes them fastest: name, value, name, value. Names that every answer carries are in lower case. */
export type HeaderList = readonly HeaderPart[]
export type HeaderPart = string | number | string[]

/** What is told of an answer the moment its head is written: on the hot path, so nothing is made for it. */
export type AnswerListener = (response: ServerResponse, status: number, headers: HeaderList, tookMs: number) => void

/** Whoever counts and logs requests listens here; see docs/decisions/0028. One listener, as a chain would cost every request. */
export class AnswerWatch {
  tell: AnswerListener = () => {}
}

interface Routed extends IncomingMessage {
  /** Of Express, once it has found one. */
  readonly route?: { readonly path?: unknown }
}

const templates = new Map<string, string>()

/** The path of the route with its parameters in braces: `/api/v1/admin/users/{id}`. Undefined where no route was found. */
export function templateOf(request: IncomingMessage): string | undefined {
  if (request.template !== undefined) return request.template
  const path = (request as Routed).route?.path
  if (typeof path !== 'string') return undefined
  let template = templates.get(path)
  if (template === undefined) {
    template = path.replaceAll(/:(\w+)/g, '{$1}')
    templates.set(path, template)
  }
  return template
}
