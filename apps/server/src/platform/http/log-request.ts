import type { IncomingMessage } from 'node:http'
import type { Log } from '../log/index.js'
import { pathOf } from './request.js'

const slowMs = 1000

/** Who the guard found to ask. */
interface Asker {
  readonly userId?: string
  readonly keyId?: string
  readonly impersonatorId?: string
}

/** Each request at debug, a slow one at warn, one of an admin who acts as a user at info: at the default level a common request costs a comparison. */
export function logRequest(log: Log, request: IncomingMessage, status: number, tookMs: number): void {
  const { principal: asked, viewer } = request as { principal?: Asker; viewer?: Asker }
  const principal = viewer ?? asked
  const impersonated = principal?.impersonatorId !== undefined
  if (tookMs < slowMs && !impersonated && !log.isLevelEnabled('debug')) return
  const facts = {
    requestId: request.id,
    method: request.method,
    path: pathOf(request),
    status,
    tookMs: Math.round(tookMs),
    userId: principal?.userId,
    keyId: principal?.keyId,
    impersonatorId: principal?.impersonatorId,
    ...(viewer && { viewAs: request.headers['x-view-as'] }),
  }
  if (impersonated) log.info(facts, 'request of an admin who acts as a user')
  else if (tookMs < slowMs) log.debug(facts, 'request')
  else log.warn(facts, 'slow request')
}
