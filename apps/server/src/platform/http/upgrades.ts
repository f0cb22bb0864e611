import { type IncomingMessage, type Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { AppError } from '../../lib/index.js'
import type { Config } from '../config/index.js'
import type { Log } from '../log/index.js'
import type { ErrorAnswers } from './answer-error.js'
import type { DirectRoutes } from './direct-routes.js'
import { checkHead } from './front.js'
import { logRequest } from './log-request.js'
import { msSinceArrival, pathOf, registerRequest } from './request.js'

/**
 * Does the request ask for a WebSocket where there is one? Whatever else a client wants to change to is answered as if it
 * had not asked (RFC 9110, section 7.8).
 */
export function asksForSocket(request: IncomingMessage, direct: DirectRoutes): boolean {
  if (request.method !== 'GET' || request.headers.upgrade?.toLowerCase() !== 'websocket') return false
  try {
    return direct.find('GET', pathOf(request))?.route.upgrade !== undefined
  } catch {
    return false
  }
}

/** Connections that become WebSockets pass what every request passes, and beyond it a check of the page they come from. */
export function acceptUpgrades(
  server: Server,
  direct: DirectRoutes,
  errors: ErrorAnswers,
  config: Pick<Config, 'corsOrigins' | 'publicUrl'>,
  log: Log,
): void {
  const origins = new Set([...config.corsOrigins, new URL(config.publicUrl).origin])
  const upgrade = async (request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> => {
    checkHead(request)
    checkOrigin(request, origins)
    await direct.upgrade(direct.find('GET', pathOf(request))!, request, { socket, head })
  }
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    registerRequest(request)
    // From here on Node does not look after the socket: an error nobody hears would end the process.
    const destroy = () => socket.destroy()
    socket.on('error', destroy)
    upgrade(request, socket, head).then(
      () => {
        socket.off('error', destroy)
        logRequest(log, request, 101, msSinceArrival(request))
      },
      (error: unknown) => refuse(error, request, socket, errors),
    )
  })
}

/**
 * Browsers let every page open a WebSocket to every server, and CORS has no say in it. What is no browser sends no origin.
 * @throws forbidden
 */
function checkOrigin({ headers: { origin, host } }: IncomingMessage, allowed: ReadonlySet<string>): void {
  if (origin === undefined || allowed.has(origin) || hostOf(origin) === host) return
  throw new AppError('forbidden', 'Pages of this origin may not open a WebSocket here', {
    hint: 'Name the origin in CORS_ORIGINS',
  })
}

const hostOf = (origin: string): string | null =>
  /^https?:/.test(origin) && URL.canParse(origin) ? new URL(origin).host : null

/** Answers as any other request is answered, and closes. */
function refuse(error: unknown, request: IncomingMessage, socket: Socket, errors: ErrorAnswers): void {
  const response = new ServerResponse(request)
  response.shouldKeepAlive = false
  response.on('error', () => socket.destroy())
  response.assignSocket(socket)
  response.once('finish', () => socket.destroySoon())
  errors.answer(error, request, response)
}
