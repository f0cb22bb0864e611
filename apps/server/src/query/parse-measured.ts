import type { FieldOperator, Json } from '@holdfast/contract'
import { parseNear, parseWithin } from './parse-geo.js'
import { type Around, countTerm, type Parsing, unknownOperator } from './parsing.js'
import type { ReadableField, Reader } from './reader.js'
import { parseFieldSearch } from './search.js'
import type { MeasuredCondition } from './tree.js'
import { parseNearest } from './vector.js'

/** Reads the operand of one operator. With `text`, its values are texts of a URL. @throws invalid_value, with the path */
export type ParseMeasured = (
  field: ReadableField,
  operand: Json,
  at: string,
  text: boolean,
  around: Around,
) => MeasuredCondition

/** Operators whose operand has a shape of its own: one line each. Rules may use them too. */
const parsers: Partial<Record<FieldOperator, ParseMeasured>> = {
  $near: parseNear,
  $within: parseWithin,
  $nearest: parseNearest,
  $search: parseFieldSearch,
}

/** Which fields take the operator, their kind says. @throws unknown_operator, and what the operand is refused for */
export function parseMeasured(
  field: ReadableField,
  operator: FieldOperator,
  operand: Json,
  at: string,
  reader: Reader,
  parsing: Parsing,
): MeasuredCondition {
  countTerm(parsing, at)
  const parse = parsers[operator]
  if (!parse || !field.shape.operators.has(operator)) throw unknownOperator(at, operator, field.shape)
  return parse(field, operand, at, parsing.text, { reader, rule: parsing.users !== undefined })
}
