import { type Field, maxListItems } from '../../collections/index.js'
import { quoteLiteral } from '../../lib/index.js'
import type { SqlContext } from '../../query/index.js'
import type { Operation } from './parse-operation.js'

/** What a column becomes: the given value, or what an operator makes of it and of the value in the row that `p` names. */
export function assignedSql(field: Field, operation: Operation | undefined, parameter: string): string {
  const given = field.toColumn(parameter)
  const present = `p.${field.column}`
  switch (operation?.operator) {
    case '$inc':
      return sumSql(field, `coalesce(${present}, 0)`, given)
    // PostgreSQL leaves nulls out of both.
    case '$min':
      return `least(${present}, ${given})`
    case '$max':
      return `greatest(${present}, ${given})`
    case '$push':
      return `coalesce(${present}, '{}') || ${itemsSql(given, `coalesce(${present}, '{}')`)}`
    case '$pull':
      return `case when ${present} is not null then ${itemsSql(present, given)} end`
    case 'parts':
      return `holdfast.change_json(${present}, ${given}, ${quoteLiteral(field.name)})`
    default:
      return given
  }
}

/** Integers cannot leave int8: each is within ±2^53. The other types must be asked before they fail. */
function sumSql({ definition, name }: Field, present: string, amount: string): string {
  if (definition.type === 'integer') return `${present} + ${amount}`
  const { type, precision = 18, scale = 6 } = definition
  const digits = type === 'decimal' ? `${precision - scale}, ` : ''
  return `holdfast.add(${present}, ${amount}, ${digits}${quoteLiteral(name)})`
}

/** The items of one array that are not in the other, in their order. */
const itemsSql = (items: string, without: string): string =>
  `array(select x from unnest(${items}) with ordinality u(x, at) where x <> all(${without}) order by at)`

/**
 * Problems of the values that operators led to, in the changed row that `p` names: each text is null, or the field and a
 * code. Values that were given are checked already.
 */
export const operationProblems = (
  fields: readonly Field[],
  operations: ReadonlyMap<Field, Operation>,
  context: SqlContext,
): string[] =>
  fields.flatMap((field) => (operations.has(field) ? problemSql(field, outcomeChecks(field, context)) : []))

/** SQL that is true where the value has the problem. */
type Check = readonly [code: string, sql: string]

const problemSql = ({ name }: Field, checks: readonly Check[]): string[] =>
  checks.length === 0
    ? []
    : [`case ${checks.map(([code, sql]) => `when ${sql} then ${quoteLiteral(`${name}:${code}`)}`).join(' ')} end`]

function outcomeChecks(field: Field, context: SqlContext): Check[] {
  if (field.comparison === 'list') return countChecks(field)
  const { min, max, type } = field.definition
  const value = `p.${field.column}`
  const bound = (limit: string | number): string =>
    `${context.params.value(field.parseOperand(limit, field.name))}::${field.sqlType}`
  return [
    ...(type === 'integer' ? [['out_of_range', `abs(${value}) > ${Number.MAX_SAFE_INTEGER}`] as const] : []),
    ...(min === undefined ? [] : [['too_small', `${value} < ${bound(min)}`] as const]),
    ...(max === undefined ? [] : [['too_large', `${value} > ${bound(max)}`] as const]),
  ]
}

function countChecks(field: Field): Check[] {
  const { minItems = 0, maxItems = maxListItems } = field.definition
  const count = countSql(field)
  return [
    ['too_many', `${count} > ${maxItems}`],
    ...(minItems > 0 ? [['too_few', `${count} < ${minItems}`] as const] : []),
  ]
}

const countSql = ({ column, relation }: Field): string =>
  relation?.kind === 'many'
    ? `(select count(*) from ${relation.linkTable} where "source" = p."id")`
    : `cardinality(p.${column})`
