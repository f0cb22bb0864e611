import { AppError } from '../../lib/index.js'
import type { Report } from '../collection.js'

export const failed = Symbol('failed')

/** Runs a parser that throws, and turns what it throws into reports. */
export function errorsTo<T>(report: Report, at: string, parse: () => T): T | typeof failed {
  try {
    return parse()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const items = error.options.errors ?? [{ path: at, code: error.code, message: error.detail }]
    for (const { path, code, message } of items) report(path, code, message)
    return failed
  }
}
