import type { Json } from '@holdfast/contract'
import { ordering } from '../../collections/index.js'
import { invalidAt } from '../../lib/index.js'
import type { FieldShape } from '../../query/index.js'
import type { AggregateFunction } from './aggregate-query.js'

/** A result as a field that conditions can name: `having` is a condition like any other. */
export function resultShape(
  name: string,
  column: string,
  called: AggregateFunction,
  field: FieldShape | undefined,
): FieldShape {
  const base = { name, column, operators: ordering, nullable: true }
  if (!field || called === 'count' || called === 'countDistinct') return { ...base, ...exact }
  const { comparison, sqlType, parseOperand } = field
  // The least of a text is a text; sums and averages of decimals and durations are such again.
  if (called === 'min' || called === 'max' || comparison !== 'number')
    return { ...base, comparison, sqlType, parseOperand }
  return { ...base, ...(called === 'sum' && sqlType !== 'float8' ? exact : floating) }
}

const parseNumber = (value: Json, path: string): number => {
  if (typeof value === 'number') return value
  throw invalidAt('invalid_value', path, 'This is compared with a number')
}

/** Whole numbers, also beyond 2^53. */
const exact = { comparison: 'number', sqlType: 'numeric', parseOperand: parseNumber } as const
const floating = { comparison: 'number', sqlType: 'float8', parseOperand: parseNumber } as const
