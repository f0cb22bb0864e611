import { createServer, type Server, type ServerOptions } from 'node:http'
import { ExpressAdapter } from '@nestjs/platform-express'
import express, { type Express, type NextFunction, type Request, type Response } from 'express'
import { AppError } from '../../lib/index.js'
import type { Config } from '../config/index.js'
import type { Log } from '../log/index.js'
import { ErrorAnswers } from './answer-error.js'
import type { AnswerWatch, HeaderList } from './answer-watch.js'
import { answerBrokenRequest, limitConnections } from './connections.js'
import type { DirectRoutes } from './direct-routes.js'
import { createFront } from './front.js'
import { logRequest } from './log-request.js'
import { msSinceArrival } from './request.js'
import { ResponseHeaders } from './response-headers.js'
import { acceptUpgrades, asksForSocket } from './upgrades.js'

const serverOptions: ServerOptions = {
  // Slow senders are cut: 15 s for the head of a request, 60 s for all of it.
  headersTimeout: 15_000,
  requestTimeout: 60_000,
  connectionsCheckingInterval: 5_000,
  // Longer than load balancers keep theirs, so that they never send into a connection we just closed.
  keepAliveTimeout: 65_000,
  // Room for a query of the largest size in the URL.
  maxHeaderSize: 128 * 1024,
  // A header sent twice is joined, and so refused by whoever reads it; otherwise the first would win in silence.
  joinDuplicateHeaders: true,
  // A request without a body has no end to wait for: half of what its stream would do is left out.
  optimizeEmptyRequests: true,
}

/** A reader that takes nothing of its answer for so long is cut. */
const silenceTimeoutMs = 120_000

/** What Express has inside and its types leave out. */
interface Layer {
  readonly route?: { readonly stack: readonly { readonly method: string }[] }
  match(path: string): boolean
}

/** Express under Nest, with our front before it, our headers on every answer and our shape for every error. */
export class HttpAdapter extends ExpressAdapter {
  readonly errors: ErrorAnswers
  private readonly headers: ResponseHeaders

  constructor(
    private readonly config: Config,
    private readonly log: Log,
    private readonly direct: DirectRoutes,
    watch: AnswerWatch,
  ) {
    super(createExpress(config))
    this.headers = new ResponseHeaders(config, watch)
    this.errors = new ErrorAnswers(this.headers, log)
    this.replaceWriteHead()
  }

  override initHttpServer(): void {
    const front = createFront({
      routes: this.express,
      direct: this.direct,
      headers: this.headers,
      errors: this.errors,
      log: this.log,
      maxBodyBytes: this.config.maxBodyBytes,
    })
    const server: Server = createServer(
      { ...serverOptions, shouldUpgradeCallback: (request) => asksForSocket(request, this.direct) },
      front,
    )
    acceptUpgrades(server, this.direct, this.errors, this.config, this.log)
    server.setTimeout(silenceTimeoutMs)
    server.on('clientError', answerBrokenRequest)
    limitConnections(server, this.config.trustedProxies, this.log)
    this.httpServer = server
  }

  /** Nest's own handler knows only paths under the prefix, and not that another method would have worked. */
  override setNotFoundHandler(): void {
    this.express.use((request: Request, _response: Response, next: NextFunction) => {
      const methods = this.methodsOf(request.path)
      if (methods.length === 0) next(new AppError('not_found', 'There is nothing at this path'))
      else next(notAllowed(request.method, methods))
    })
  }

  private get express(): Express {
    return this.getInstance<Express>()
  }

  private methodsOf(path: string): string[] {
    const routes = (this.express.router.stack as unknown as Layer[]).filter((layer) => layer.route && layer.match(path))
    const methods = new Set([
      ...routes.flatMap(({ route }) => route!.stack.map(({ method }) => method.toUpperCase())),
      ...this.direct.methodsOf(path),
    ])
    return [...methods].sort()
  }

  private replaceWriteHead(): void {
    const { headers, log } = this
    const writeHead = function (this: Response, status: number, ...rest: unknown[]) {
      const tookMs = msSinceArrival(this.req)
      logRequest(log, this.req, status, tookMs)
      headers.write(this, status, toList(rest.at(-1)), tookMs)
      return this
    }
    this.express.response.writeHead = writeHead as Response['writeHead']
  }
}

function createExpress(config: Config): Express {
  const app = express()
  app.set('query parser', 'simple')
  app.set('etag', false)
  app.disable('x-powered-by')
  // `/Users` and `/users/` are other paths than `/users`, and there is nothing at them.
  app.enable('case sensitive routing')
  app.enable('strict routing')
  app.set('trust proxy', config.trustedProxies.length > 0 ? [...config.trustedProxies] : false)
  app.set('place headers', config.placeHeaders)
  return app
}

/** `writeHead` takes its headers as an object or as a list of names and values, and a reason phrase before them. */
function toList(headers: unknown): HeaderList {
  if (typeof headers !== 'object' || headers === null) return []
  const list = Array.isArray(headers) ? headers : Object.entries(headers).flat()
  return list.map((text, at) => (at % 2 === 0 ? String(text).toLowerCase() : text))
}

const notAllowed = (method: string, methods: readonly string[]) =>
  new AppError('method_not_allowed', `${method} is not possible here`, {
    hint: `Use ${methods.join(', ')}`,
    headers: { allow: methods.join(', ') },
  })
