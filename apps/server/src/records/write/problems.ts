import type { ErrorItem } from '@holdfast/contract'
import { AppError } from '../../lib/index.js'

/** The kinds of trouble with a body, the most basic first: it decides the status of the answer. */
export const severity = [
  'invalid_body',
  'unknown_field',
  'unknown_operator',
  'field_not_writable',
  'validation_failed',
] as const
export type Trouble = (typeof severity)[number]

/** A body may have a million fields, and none of them right: so many are told. */
const maxProblems = 100

/** Collects what is wrong with a body, so that all of one kind is told together. */
export class Problems {
  // Nearly all bodies have none, and one request may bring thousands of them.
  private items: Map<Trouble, ErrorItem[]> | undefined
  private hints: Map<Trouble, string> | undefined

  add(trouble: Trouble, path: string, code: string, message: string, hint?: string): void {
    this.items ??= new Map()
    const items = this.items.get(trouble)
    if (!items) this.items.set(trouble, [{ path, code, message }])
    else if (items.length < maxProblems) items.push({ path, code, message })
    if (hint === undefined) return
    this.hints ??= new Map()
    if (!this.hints.has(trouble)) this.hints.set(trouble, hint)
  }

  throwIfAny(): void {
    const { items, hints } = this
    const trouble = items && severity.find((candidate) => items.has(candidate))
    if (!trouble) return
    const errors = items.get(trouble)!
    const detail = errors.length === 1 ? errors[0]!.message : `${errors.length} fields are invalid`
    throw new AppError(trouble, detail, { errors, hint: hints?.get(trouble) })
  }
}
