import type { Json, UpdateOperator } from '@holdfast/contract'
import type { Report } from '../collection.js'
import { maxDepth, parseJson } from './json-value.js'

/** What can happen at a place in a JSON value: what operators do to fields, and setting what is there. */
export type JsonOperator = UpdateOperator | '$set'

/**
 * A checked change of a part, as JSON text that `holdfast.change_json` takes: `{"path":["a","b"],"operator":"$inc","value":1}`;
 * undefined once something was reported.
 */
export function parseJsonChange(
  keys: readonly string[],
  operator: JsonOperator,
  operand: Json,
  path: string,
  report: Report,
): string | undefined {
  const wanted = operands[operator]
  if (wanted && !wanted.fits(operand)) return void report(path, 'wrong_type', `${path} must be ${wanted.text}`)
  const depth = maxDepth - keys.length
  const isList = operator === '$push' || operator === '$pull'
  const value = parseJson(isList && !Array.isArray(operand) ? [operand] : operand, path, report, depth)
  return value && `{"path":${JSON.stringify(keys)},"operator":"${operator}","value":${value}}`
}

const comparable = {
  fits: (operand: Json) => typeof operand === 'number' || typeof operand === 'string',
  text: 'a number or a text',
}

/** What an operator takes; those that are not here take any JSON. */
const operands: { readonly [O in JsonOperator]?: { fits(operand: Json): boolean; readonly text: string } } = {
  $inc: { fits: (operand) => typeof operand === 'number', text: 'a number' },
  $min: comparable,
  $max: comparable,
  $unset: { fits: (operand) => operand === true, text: 'true' },
}
