import type { FieldDefinition, Json } from '@holdfast/contract'
import type { Report } from '../collection.js'

/** A type whose values have an order: how to read one and which of two comes first. */
export interface Ordered<T> {
  /** A value or a report. */
  parse(value: Json, path: string, report: Report): T | undefined
  /** Negative when the left comes first. */
  compare(left: T, right: T): number
}

/** Reports `min` and `max` that are no values of the type, or that leave nothing between them. */
export function checkBounds<T>(definition: FieldDefinition, type: Ordered<T>, report: Report): void {
  const min = definition.min === undefined ? undefined : type.parse(definition.min, 'min', report)
  const max = definition.max === undefined ? undefined : type.parse(definition.max, 'max', report)
  if (min !== undefined && max !== undefined && type.compare(min, max) > 0)
    report('min', 'out_of_range', 'min must not be greater than max')
}

/** A parser that also keeps to `min` and `max`. */
export function boundedParser<T>(definition: FieldDefinition, type: Ordered<T>) {
  const ignore: Report = () => undefined
  const min = definition.min === undefined ? undefined : type.parse(definition.min, 'min', ignore)
  const max = definition.max === undefined ? undefined : type.parse(definition.max, 'max', ignore)
  return (value: Json, path: string, report: Report): T | undefined => {
    const parsed = type.parse(value, path, report)
    if (parsed === undefined) return undefined
    if (min !== undefined && type.compare(parsed, min) < 0)
      return void report(path, 'too_small', `${path} must be at least ${definition.min}`)
    if (max !== undefined && type.compare(parsed, max) > 0)
      return void report(path, 'too_large', `${path} must be at most ${definition.max}`)
    return parsed
  }
}

export const compareNumbers = (left: number, right: number): number => left - right
export const compareTexts = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)
