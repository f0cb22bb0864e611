import type { Json } from '@holdfast/contract'
import type { Principal } from '../../auth/index.js'
import type { Collection } from '../../collections/index.js'
import type { Executor } from '../../platform/db/index.js'
import {
  and,
  bindParams,
  type Condition,
  conditionToSql,
  FieldComparison,
  type FieldShape,
  isUserVariable,
  KnownCondition,
  Params,
  SqlContext,
  type UserVariable,
  userVariableToSql,
  walk,
} from '../../query/index.js'
import { bindingsOf } from '../bindings.js'
import type { RowScope } from '../row-scope.js'

/** What variables stand for when one caller asks. */
export interface CallerValues {
  readonly userId: string | undefined
  value(variable: UserVariable): Json
  /** The caller could read it themselves, so that it may be told. */
  isOpen(variable: UserVariable): boolean
}

const nameOf = ({ path }: UserVariable): string => path.join('.')

/** The variables of the caller in a condition. */
export function variablesIn(condition: Condition): UserVariable[] {
  const found = new Map<string, UserVariable>()
  const add = (item: unknown): void => {
    if (isUserVariable(item)) found.set(nameOf(item), item)
  }
  walk(condition, (node) => {
    if (node instanceof KnownCondition) node.value.forEach(add)
    else if (node instanceof FieldComparison) [node.value].flat().forEach(add)
  })
  return [...found.values()]
}

/** Looks up all the variables in one statement. `users` is what the caller may read of users. */
export async function findCallerValues(
  conditions: readonly Condition[],
  principal: Principal,
  users: RowScope | undefined,
  executor: Executor,
): Promise<CallerValues> {
  const variables = new Map(conditions.flatMap(variablesIn).map((variable) => [nameOf(variable), variable]))
  const found = new Map<string, readonly [Json, Json]>()
  if (variables.size > 0) {
    const context = new SqlContext(new Params())
    const columns = [...variables.values()].flatMap((variable) => [
      valueSql(variable, context),
      `to_jsonb(${openSql(variable.fields, users, (row) => `${row}."id" = ${context.params.userId()}`, context)})`,
    ])
    const text = `select to_jsonb(array[${columns.join(', ')}]::jsonb[])::text`
    const { rows } = await executor.run({ text, values: bindParams(context.params.sources, bindingsOf(principal)) })
    const values = JSON.parse(rows[0]![0] as string) as Json[]
    for (const [at, name] of [...variables.keys()].entries()) found.set(name, [values[2 * at]!, values[2 * at + 1]!])
  }
  return {
    userId: principal.kind === 'user' ? principal.userId : undefined,
    value: (variable) => found.get(nameOf(variable))?.[0] ?? null,
    isOpen: (variable) => found.get(nameOf(variable))?.[1] === true,
  }
}

/** Decimals are text, as everywhere in JSON. */
function valueSql(variable: UserVariable, context: SqlContext): string {
  const sql = userVariableToSql(variable, context)
  return variable.fields.at(-1)?.comparison === 'decimal' ? `to_jsonb((${sql})::text)` : `to_jsonb(${sql})`
}

/** May the caller follow the path themselves? Their id and roles are no secret to them. */
function openSql(
  [field, ...rest]: readonly FieldShape[],
  scope: RowScope | undefined,
  where: (row: string) => string,
  context: SqlContext,
): string {
  if (!field) return 'true'
  const readable = scope?.readable(field.name)
  if (!scope || !readable) return 'false'
  const row = context.alias()
  const open = conditionToSql(and(scope.condition, readable.mask), row, context)
  const inner =
    rest.length === 0
      ? ''
      : ` and ${openSql(rest, scope.related(field), (next) => `${next}."id" = ${row}.${field.column}`, context)}`
  return `exists (select 1 from ${(scope.collection as Collection).table} ${row} where ${where(row)} and ${open}${inner})`
}
