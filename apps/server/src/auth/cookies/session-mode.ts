import type { IncomingMessage } from 'node:http'
import { invalidAt } from '../../lib/index.js'

export type SessionMode = 'bearer' | 'cookie'

/**
 * Whether tokens are answered, or put into cookies. Who came with cookies gets cookies: a script in the page must not be
 * able to ask for what they keep from it.
 * @throws invalid_value
 */
export function sessionModeOf(request: IncomingMessage): SessionMode {
  const asked = request.headers['x-session-mode'] ?? 'bearer'
  if (asked !== 'cookie' && asked !== 'bearer')
    throw invalidAt('invalid_value', 'X-Session-Mode', 'The header X-Session-Mode must be bearer or cookie')
  return request.signedInByCookie ? 'cookie' : asked
}
