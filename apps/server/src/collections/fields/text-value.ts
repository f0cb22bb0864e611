import type { FieldDefinition, Json } from '@holdfast/contract'
import { invalidAt } from '../../lib/index.js'
import type { Report } from '../collection.js'

/** Longest text of any field, in code points. */
export const maxTextLength = 1_000_000

/** Longest text to compare with. */
const maxOperandLength = 10_000

/** Number of Unicode code points, which is what a length limit counts. */
function countCodePoints(text: string): number {
  let count = 0
  for (const _ of text) count += 1
  return count
}

/** What PostgreSQL cannot store: the character U+0000 and halves of surrogate pairs. */
export const isStorableText = (text: string): boolean => !text.includes('\0') && text.isWellFormed()

/** A text PostgreSQL can store, or a report. */
export function parseStorableText(value: Json, path: string, report: Report): string | undefined {
  if (typeof value !== 'string') return void report(path, 'wrong_type', `${path} must be a text`)
  if (!isStorableText(value))
    return void report(
      path,
      'invalid_text',
      `${path} has a character that cannot be stored (U+0000 or half a surrogate pair)`,
    )
  return value
}

/** A storable text within `minLength` and `maxLength`, or a report. */
export function parseText(
  value: Json,
  limits: Pick<FieldDefinition, 'minLength' | 'maxLength'>,
  path: string,
  report: Report,
): string | undefined {
  const text = parseStorableText(value, path, report)
  if (text === undefined) return undefined
  const most = limits.maxLength ?? maxTextLength
  if (text.length > most && (text.length > 2 * most || countCodePoints(text) > most))
    return void report(path, 'too_long', `${path} must be at most ${most} characters long`)
  const least = limits.minLength ?? 0
  if (text.length < 2 * least && countCodePoints(text) < least)
    return void report(path, 'too_short', `${path} must be at least ${least} characters long`)
  return text
}

/** A text to compare with. @throws invalid_value */
export function parseTextOperand(value: Json, path: string): string {
  if (typeof value !== 'string') throw invalidAt('invalid_value', path, `${path} must be a text`)
  if (!isStorableText(value)) throw invalidAt('invalid_value', path, `${path} has a character no text contains`)
  if (value.length > maxOperandLength)
    throw invalidAt('invalid_value', path, `${path} must be at most ${maxOperandLength} characters long`)
  return value
}

/** Reports limits of a text's length that no text can meet. */
export function checkLengths(definition: FieldDefinition, report: Report, most = maxTextLength): void {
  const { minLength = 0, maxLength = most } = definition
  if (maxLength > most || maxLength < 1) report('maxLength', 'out_of_range', `maxLength must be between 1 and ${most}`)
  if (minLength > maxLength) report('minLength', 'out_of_range', 'minLength must not be greater than maxLength')
}
