import type { Json } from '@holdfast/contract'
import { invalidAt } from '../../lib/index.js'
import type { Operand } from '../../query/index.js'
import type { Report } from '../collection.js'

/** Makes an operand parser of a value parser: the first report becomes the error. */
export const operandOf =
  (parse: (value: Json, path: string, report: Report) => Operand | undefined) =>
  (value: Json, path: string): Operand => {
    const operand = parse(value, path, (at, _code, message) => {
      throw invalidAt('invalid_value', at, message)
    })
    return operand as Operand
  }

/** Query strings carry numbers as text: `filter[views]=10`. */
export const numberOfText = (value: Json): Json =>
  typeof value === 'string' && /^-?\d{1,17}(\.\d{1,17})?$/.test(value) ? Number(value) : value
