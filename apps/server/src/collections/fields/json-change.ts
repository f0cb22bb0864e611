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
  if (!fits(operator, operand)) return void report(path, 'wrong_type', `${path} must be ${wanted[operator]}`)
  const depth = maxDepth - keys.length
  const isList = operator === '$push' || operator === '$pull'
  const value = parseJson(isList && !Array.isArray(operand) ? [operand] : operand, path, report, depth)
  return value && `{"path":${JSON.stringify(keys)},"operator":"${operator}","value":${value}}`
}

function fits(operator: JsonOperator, operand: Json): boolean {
  switch (operator) {
    case '$inc':
      return typeof operand === 'number'
    case '$min':
    case '$max':
      return typeof operand === 'number' || typeof operand === 'string'
    case '$unset':
      return operand === true
    default:
      return true
  }
}

const wanted: Readonly<Record<JsonOperator, string>> = {
  $set: 'JSON',
  $push: 'JSON',
  $pull: 'JSON',
  $inc: 'a number',
  $min: 'a number or a text',
  $max: 'a number or a text',
  $unset: 'true',
}
