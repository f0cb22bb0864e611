import type { ErrorItem } from '@holdfast/contract'
import { AppError } from '../../lib/index.js'
import type { Report } from '../collection.js'

/** Collects everything that is wrong with definitions, so that an admin hears of all of it at once. */
export class Reports {
  readonly items: ErrorItem[] = []

  readonly report: Report = (path, code, message) => {
    this.items.push({ path, code, message })
  }

  /** A report that puts `prefix` before every path. */
  at(prefix: string): Report {
    return prefix === '' ? this.report : (path, code, message) => this.report(joinPath(prefix, path), code, message)
  }

  get isEmpty(): boolean {
    return this.items.length === 0
  }

  /** @throws invalid_definition when anything was reported */
  throwIfAny(): void {
    const [first] = this.items
    if (!first) return
    const detail =
      this.items.length === 1
        ? `${first.path}: ${first.message}`
        : `${this.items.length} things in the definition are wrong`
    throw new AppError('invalid_definition', detail, { errors: this.items })
  }
}

export const joinPath = (prefix: string, path: string): string =>
  prefix === '' ? path : path === '' ? prefix : `${prefix}.${path}`
