import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { Duplex, Readable } from 'node:stream'
import { AppError } from '../../lib/index.js'
import type { Access } from './access.js'

/** What a direct route answers with: JSON text goes to the socket as it is. */
export interface Answer {
  readonly status: number
  /** Text of the body. Left out: no body. */
  readonly body?: string
  /** In place of a text: what is sent as it comes, as fast as the client takes it. It is destroyed when the client leaves. */
  readonly stream?: Readable
  /** In place of a text, for what lasts: writes the body itself once the head is sent, and ends it. Not called for HEAD. */
  readonly open?: (response: ServerResponse) => void
  /** Default: JSON. */
  readonly contentType?: string
  readonly headers?: OutgoingHttpHeaders
}

/** A request as a direct route gets it: `params` are the decoded parts of the path that its pattern names. */
export interface DirectRequest extends IncomingMessage {
  params: Readonly<Record<string, string>>
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface DirectRoute<Request extends DirectRequest = DirectRequest> {
  readonly method: Method
  /** Whole path, with parameters in braces: `/api/v1/collections/{collection}/records/{id}`. */
  readonly path: string
  readonly access: Access
  /** It only reads records: admins may call it as somebody else, with `X-View-As`. */
  readonly viewable?: true
  /** `stream`: the route reads the body itself. Default: it is read as JSON before. */
  readonly body?: 'json' | 'stream'
  handle(request: Request): Promise<Answer>
  /** What a GET that asks for a WebSocket gets at this path: takes the connection over, or throws before it writes to it. */
  upgrade?(request: Request, connection: UpgradedConnection): Promise<void>
}

/** A connection that stops to speak HTTP: its socket, and what has been read from it behind the head of the request. */
export interface UpgradedConnection {
  readonly socket: Duplex
  readonly head: Buffer
}

/** Stands around what an admin does by a direct route that writes: does it, and tells of it before it is answered. */
export type AdminWitness = (request: DirectRequest, route: DirectRoute, act: () => Promise<Answer>) => Promise<Answer>

/** Lets a request through and notes who is asking, or throws. */
export type DirectGuard = (
  request: IncomingMessage,
  route: Pick<DirectRoute, 'access' | 'viewable'>,
) => true | Promise<true>

interface Found {
  readonly route: DirectRoute
  readonly params: Readonly<Record<string, string>>
}

/** One part of the paths that are known: the next parts by their text, or any text as a parameter. */
class Node {
  readonly routes = new Map<string, DirectRoute>()
  readonly next = new Map<string, Node>()
  parameter: { readonly name: string; readonly node: Node } | undefined
}

/**
 * Routes that are called most, answered without Nest and Express, whose part of a request costs as much as all of ours:
 * see docs/decisions/0009. Front, guard, headers and errors are those of every other route.
 */
export class DirectRoutes {
  private readonly root = new Node()
  private guard: DirectGuard = () => {
    throw new AppError('forbidden', 'This route is not open to anyone')
  }
  private witness: AdminWitness = (_request, _route, act) => act()
  readonly all: DirectRoute[] = []

  /** Who stands before every direct route. Until it is set, all are closed. */
  guardWith(guard: DirectGuard): void {
    this.guard = guard
  }

  /** Who is told of what admins do. */
  witnessWith(witness: AdminWitness): void {
    this.witness = witness
  }

  add<Request extends DirectRequest>(route: DirectRoute<Request>): void {
    let node = this.root
    for (const part of route.path.split('/')) node = step(node, part)
    if (node.routes.has(route.method)) throw new Error(`${route.method} ${route.path} is there twice`)
    node.routes.set(route.method, route as unknown as DirectRoute)
    this.all.push(route as unknown as DirectRoute)
  }

  /** The route for a request; HEAD is answered as GET, whose body Node leaves out. */
  find(method: string, path: string): Found | undefined {
    const params: Record<string, string> = {}
    const route = this.locate(path, params)?.routes.get(method === 'HEAD' ? 'GET' : method)
    return route && { route, params }
  }

  /** Methods that would work at this path. */
  methodsOf(path: string): string[] {
    const methods = [...(this.locate(path, {})?.routes.keys() ?? [])]
    return methods.includes('GET') ? [...methods, 'HEAD'] : methods
  }

  run({ route, params }: Found, request: IncomingMessage): Promise<Answer> {
    const direct = request as DirectRequest
    direct.params = params
    const admitted = this.guard(direct, route)
    if (writesAsAdmin(route)) return this.runWitnessed(route, direct, admitted)
    return admitted === true ? route.handle(direct) : admitted.then(() => route.handle(direct))
  }

  private async runWitnessed(
    route: DirectRoute,
    request: DirectRequest,
    admitted: true | Promise<true>,
  ): Promise<Answer> {
    await admitted
    return this.witness(request, route, () => route.handle(request))
  }

  /** Hands the connection of a request that the guard lets through to its route, which must have an `upgrade`. */
  async upgrade({ route, params }: Found, request: IncomingMessage, connection: UpgradedConnection): Promise<void> {
    const direct = request as DirectRequest
    direct.params = params
    await this.guard(direct, route)
    await route.upgrade!(direct, connection)
  }

  /** The node of the path, whose parameters are noted in `params`. Walks along the text: a list of its parts would be made per request. */
  private locate(path: string, params: Record<string, string>): Node | undefined {
    let node = this.root
    for (let start = 0; start <= path.length; ) {
      const slash = path.indexOf('/', start)
      const end = slash < 0 ? path.length : slash
      const part = path.slice(start, end)
      const known = node.next.get(part)
      if (known) node = known
      else if (node.parameter && part !== '') {
        params[node.parameter.name] = decode(part)
        node = node.parameter.node
      } else return undefined
      start = end + 1
    }
    return node
  }
}

const writesAsAdmin = ({ access, method }: DirectRoute): boolean =>
  (access === 'admin' || access === 'adminInPerson') && method !== 'GET'

function step(node: Node, part: string): Node {
  const name = /^\{(\w+)\}$/.exec(part)?.[1]
  if (name !== undefined) {
    node.parameter ??= { name, node: new Node() }
    if (node.parameter.name !== name) throw new Error(`${part} is called ${node.parameter.name} in another path`)
    return node.parameter.node
  }
  let next = node.next.get(part)
  if (!next) {
    next = new Node()
    node.next.set(part, next)
  }
  return next
}

/** @throws malformed_request */
function decode(part: string): string {
  if (!part.includes('%')) return part
  try {
    return decodeURIComponent(part)
  } catch {
    throw new AppError('malformed_request', 'The path is not valid percent-encoding')
  }
}
