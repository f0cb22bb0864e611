import type { LoggerService } from '@nestjs/common'
import type { Log } from './log.js'

/** Nest's own messages: its start-up chatter is ours to debug, its warnings and errors are kept. */
export function createNestLogger(log: Log): LoggerService {
  const details = (context: unknown[]) => ({ context: context.filter((part) => part !== undefined).map(String) })
  return {
    log: (message: unknown, ...context: unknown[]) => log.trace(details(context), String(message)),
    debug: (message: unknown, ...context: unknown[]) => log.trace(details(context), String(message)),
    verbose: (message: unknown, ...context: unknown[]) => log.trace(details(context), String(message)),
    warn: (message: unknown, ...context: unknown[]) => log.warn(details(context), String(message)),
    error: (message: unknown, ...context: unknown[]) => log.error(details(context), String(message)),
    fatal: (message: unknown, ...context: unknown[]) => log.fatal(details(context), String(message)),
  }
}
