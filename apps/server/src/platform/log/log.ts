import pino, { type LogFn } from 'pino'
import type { Config } from '../config/index.js'
import { describeError } from './describe-error.js'

/** Structured log, one JSON object per line. Inject it by this class. */
export abstract class Log {
  abstract readonly fatal: LogFn
  abstract readonly error: LogFn
  abstract readonly warn: LogFn
  abstract readonly info: LogFn
  abstract readonly debug: LogFn
  abstract readonly trace: LogFn
  abstract isLevelEnabled(level: string): boolean
}

const secretKeys = [
  'authorization',
  'cookie',
  'password',
  'current',
  'token',
  'accessToken',
  'refreshToken',
  'secret',
  'key',
]

/** Values under these keys never reach the log, at the top or one level down. */
const redact = {
  paths: [
    ...secretKeys,
    ...secretKeys.map((key) => `*.${key}`),
    'headers["set-cookie"]',
    '*.headers.authorization',
    '*.headers.cookie',
  ],
  censor: '[hidden]',
}

/** Lines are written in the background; `flush` writes what is left before the process ends. */
export function createLog(config: Pick<Config, 'logLevel'>): { log: Log; flush: () => void } {
  const destination = pino.destination({ fd: 1, sync: false })
  const options = {
    level: config.logLevel,
    redact,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: (error: unknown) => describeError(error) },
  }
  return { log: pino(options, destination), flush: () => destination.flushSync() }
}
