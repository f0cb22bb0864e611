import type { FieldShape, Operand } from './shape.js'
import type { SqlContext } from './sql-context.js'
import type { Bound } from './tree.js'
import { isUserVariable, isVariable, type Now, type UserVariable } from './variables.js'

/** One value to compare with, as a parameter of the field's type or looked up. */
export function boundToSql(value: Bound, shape: FieldShape, context: SqlContext): string {
  if (!isVariable(value)) return `${context.params.value(value)}::${shape.sqlType}`
  return value.variable === 'now' ? nowToSql(value, shape) : asInJson(userVariableToSql(value, context), shape)
}

/** Several of them, as an array. */
export function listToSql(value: readonly Operand[] | UserVariable, shape: FieldShape, context: SqlContext): string {
  if (isUserVariable(value)) return `${userVariableToSql(value, context)}${shape.path ? '::text[]' : ''}`
  return `${context.params.value(value)}::${shape.sqlType}[]`
}

/** In JSON an id is a text, and all numbers are of one type. By way of text, because a cast of `float8` to `numeric` rounds. */
function asInJson(sql: string, { path, comparison }: FieldShape): string {
  if (!path || comparison === 'boolean') return sql
  return comparison === 'number' ? `(${sql})::text::numeric` : `(${sql})::text`
}

/** A pattern that matches the text literally. */
export function patternToSql(
  value: Bound,
  before: string,
  after: string,
  shape: FieldShape,
  context: SqlContext,
): string {
  if (!isVariable(value)) {
    const literal = String(value).replace(/[\\%_]/g, '\\$&')
    return `${context.params.value(before + literal + after)}::text`
  }
  const escaped = `regexp_replace(${boundToSql(value, shape, context)}, '([\\\\%_])', '\\\\\\1', 'g')`
  return `'${before}' || ${escaped} || '${after}'`
}

/** `$now`, and times a while from it, as SQL of the field's type. */
export function nowToSql(now: Now, shape: FieldShape): string {
  const instant = now.offsetSeconds === 0 ? 'now()' : `(now() + interval '${now.offsetSeconds} seconds')`
  return shape.sqlType === 'date' ? `(${instant} at time zone 'UTC')::date` : instant
}

/** The value of `$user.<path>`: a parameter for id and roles, else an uncorrelated look-up that runs once per statement. */
export function userVariableToSql(variable: UserVariable, context: SqlContext): string {
  if (variable.of === 'principal') return variable.path[0] === 'id' ? context.params.userId() : context.params.roles()
  if (variable.of === 'memberships') return membershipsToSql(variable, context)
  let row = context.alias()
  let from = `${variable.users} ${row}`
  const where = `${row}."id" = ${context.params.userId()}`
  for (const field of variable.fields.slice(0, -1)) {
    const next = context.alias()
    from += ` join ${field.relation!.target().table} ${next} on ${next}."id" = ${row}.${field.column}`
    row = next
  }
  const last = variable.fields.at(-1)!
  if (last.relation?.kind === 'many') {
    const link = context.alias()
    return `array(select ${link}."target" from ${from} join ${last.relation.linkTable} ${link} on ${link}."source" = ${row}."id" where ${where})`
  }
  const type = variable.list ? `${last.sqlType}[]` : last.sqlType
  return `(select ${row}.${last.column} from ${from} where ${where})::${type}`
}

/** Asked of the memberships themselves: who was removed from a team is out of it in the next statement, on every node. */
function membershipsToSql({ path: [name, role] }: UserVariable, context: SqlContext): string {
  const row = context.alias()
  const { params } = context
  const own = `from holdfast.memberships ${row} where ${row}."user_id" = ${params.userId()}`
  if (name === 'team') return `(select ${row}."team_id" ${own} and ${row}."team_id" = ${params.teamId()})`
  const having = role === undefined ? '' : ` and ${params.value(role)}::text = any(${row}."roles")`
  return `array(select ${row}."team_id" ${own}${having})`
}
