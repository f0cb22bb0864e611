import { limits } from '@holdfast/contract'
import { invalidAt } from '../../lib/index.js'

/** How many records a page, or an expanded relation, may hold. @throws invalid_query */
export function parseLimit(value: number | undefined, at: string): number | undefined {
  if (value !== undefined && (value < 1 || value > limits.maxLimit))
    throw invalidAt(
      'invalid_query',
      at,
      `${at} must lie between 1 and ${limits.maxLimit}`,
      'Read on with the cursor of the page.',
    )
  return value
}
