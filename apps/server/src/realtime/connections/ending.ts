import { realtimeCloseCodes } from '@holdfast/contract'
import { expiredToken, invalidToken } from '../../auth/index.js'
import { AppError } from '../../lib/index.js'

/** Why the server ends a connection. */
export type Ending = keyof typeof endings

/** The close code of a WebSocket, and what the client is told before it; a stop tells when to come back instead. */
const endings = {
  expired: { closeCode: realtimeCloseCodes.unauthenticated, error: expiredToken },
  unauthenticated: { closeCode: realtimeCloseCodes.unauthenticated, error: () => invalidToken() },
  /** Nobody said who they are, nor asked for anything. */
  silent: {
    closeCode: realtimeCloseCodes.unauthenticated,
    error: () => new AppError('unauthenticated', 'Nothing was asked for, and nobody said who is asking'),
  },
  slow: { closeCode: realtimeCloseCodes.slow, error: undefined },
  protocol: { closeCode: realtimeCloseCodes.protocol, error: undefined },
  restart: { closeCode: realtimeCloseCodes.restart, error: undefined },
  /** The one subscription of an SSE stream is over; it has been told why. */
  over: { closeCode: 1000, error: undefined },
} as const satisfies Record<string, { closeCode: number; error: (() => AppError) | undefined }>

export const closeCodeOf = (ending: Ending): number => endings[ending].closeCode

export const errorOf = (ending: Ending): AppError | undefined => endings[ending].error?.()

/** Clients of a server that stops come back one after the other. */
export const retryAfterMs = (): number => Math.round(500 + Math.random() * 4500)
