import type { FieldOperator, Json } from '@holdfast/contract'
import { invalidAt } from '../lib/index.js'
import { fieldToSql } from './field-sql.js'
import { isObject, unknownField, unknownOperator } from './parsing.js'
import type { Reader } from './reader.js'
import type { FieldShape } from './shape.js'
import type { SqlContext } from './sql-context.js'
import { MeasuredCondition } from './tree.js'

/** The field of the same record that stands in place of a value: `{ "endsAt": { "$gt": { "$field": "startsAt" } } }`. */
interface FieldReference {
  readonly $field: string
}

const sqlOperators: Partial<Record<FieldOperator, string>> = {
  $eq: '=',
  $ne: 'is distinct from',
  $gt: '>',
  $gte: '>=',
  $lt: '<',
  $lte: '<=',
}

/** Two fields of one record compared with each other. Where one has no value, only `$ne` is true. */
export class FieldsComparison extends MeasuredCondition<FieldReference> {
  readonly measure = undefined
  readonly fields: readonly string[]

  constructor(
    operator: FieldOperator,
    readonly shape: FieldShape,
    readonly other: FieldShape,
  ) {
    super(operator.slice(1), shape.name, { $field: other.name })
    this.fields = [shape.name, other.name]
  }

  toSql(row: string, context: SqlContext): string {
    const operator = sqlOperators[`$${this.operator}` as FieldOperator]
    return `${fieldToSql(this.shape, row, context)} ${operator} ${fieldToSql(this.other, row, context)}`
  }
}

/** In a json field the same is a value. */
export const isFieldReference = (operand: Json, { comparison }: FieldShape): operand is { $field: Json } =>
  comparison !== 'json' && isObject(operand) && Object.keys(operand).length === 1 && '$field' in operand

/** @throws unknown_operator, invalid_value, unknown_field */
export function parseFieldsComparison(
  shape: FieldShape,
  operator: FieldOperator,
  { $field: name }: { $field: Json },
  at: string,
  reader: Reader,
): FieldsComparison {
  if (!sqlOperators[operator] || !shape.operators.has(operator)) throw unknownOperator(at, operator, shape)
  if (typeof name !== 'string') throw invalidAt('invalid_value', at, '$field takes the name of a field')
  const other = reader.readable(name)?.shape
  if (!other) throw unknownField(at, name, reader)
  if (other.relation?.kind === 'many' || other.relation?.kind === 'inverse' || typeOf(other) !== typeOf(shape))
    throw invalidAt('invalid_value', at, `${shape.name} and ${name} are of different types`)
  return new FieldsComparison(operator, shape, other)
}

const typeOf = ({ sqlType, comparison, path }: FieldShape): string => `${comparison} ${sqlType} ${path !== undefined}`
