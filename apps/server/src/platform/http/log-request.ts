import type { ServerResponse } from 'node:http'
import type { Log } from '../log/index.js'
import { pathOf } from './request.js'

const slowMs = 1000

/** Each request at debug, a slow one at warn: at the default level a common request costs two readings of the clock. */
export function logRequest(log: Log, { req: request }: Pick<ServerResponse, 'req'>, status: number): void {
  const tookMs = performance.now() - request.receivedAtMs
  if (tookMs < slowMs && !log.isLevelEnabled('debug')) return
  const facts = {
    requestId: request.id,
    method: request.method,
    path: pathOf(request),
    status,
    tookMs: Math.round(tookMs),
  }
  if (tookMs < slowMs) log.debug(facts, 'request')
  else log.warn(facts, 'slow request')
}
