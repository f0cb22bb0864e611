import type { Collection, Field } from '../../collections/index.js'
import { quoteIdentifier } from '../../lib/index.js'
import { dependsOn, presetToSql, type RowScope, type WriteGrant, type WriteScope } from '../../permissions/index.js'
import { and, type Condition, conditionToSql, isAlways, NEVER, Params, SqlContext } from '../../query/index.js'
import type { Plan } from '../plan.js'
import { versionSql } from '../read/plan-get.js'
import { recordJson } from '../read/record-sql.js'
import type { Selection } from '../read/selection.js'
import { assignedSql, operationProblems } from './operation-sql.js'
import type { Operation } from './parse-operation.js'
import { referenceCheck } from './reference-check.js'
import { validationProblems } from './validations.js'

/**
 * What a write answers with: the record's JSON (null where the caller may not read it) and its version. Undefined: the
 * caller may read nothing of the collection, or wants nothing back.
 */
export type Echo = Selection | undefined

/** Which parts of a record a write names. The plan depends on these, never on the values. */
export interface WriteShape {
  readonly scope: WriteScope
  readonly grant: WriteGrant
  /** Fields with a column, in definition order; input i is the value of column i, after the inputs of the plan itself. */
  readonly columns: readonly Field[]
  /** How the fields change whose value or list is not simply the given one. */
  readonly operations: ReadonlyMap<Field, Operation>
  /** To-many relations, whose lists are written by statements of their own: see plan-lists. */
  readonly lists: readonly Field[]
  /** The answer and the last checks wait for {@link planReadBack}. */
  readonly deferred: boolean
}

/** One record: inputs are its columns. Fails with HF403 unless the new row satisfies the rule. */
export function planCreate(shape: WriteShape, echo: Echo): Plan {
  const { columns, scope } = shape
  const params = new Params()
  const context = new SqlContext(params)
  const set = [
    ...columns.map((field, index) => [field.column, field.toColumn(params.input(index))] as const),
    ...serverColumns(shape, context),
  ]
  const text =
    `insert into ${scope.collection.table} as p (${set.map(([column]) => column).join(', ')})` +
    ` values (${set.map(([, value]) => value).join(', ')})` +
    ` returning ${returning(shape, shape.grant.condition, echo, context)}, ${causeSql(params)}`
  return { text, params: params.sources }
}

/**
 * Many records in one statement: input i is an array with the values of column i. Taken apart in a select list they come row
 * by row; from a table function PostgreSQL would gather all of them first, in a file once they are large. Rows come back
 * where there is something to answer. With a unique key, records whose key is taken are left out; the rows end with the ids
 * of the others.
 */
export function planCreateMany(shape: WriteShape, echo: Echo, key?: readonly Field[]): Plan {
  const { columns, scope } = shape
  const params = new Params()
  const context = new SqlContext(params)
  const values = columns.map((_, index) => `unnest(${params.input(index)}::text[]) as c${index}`)
  const set = [
    ...columns.map((field, index) => [field.column, field.toColumn(`x.c${index}`)] as const),
    ...serverColumns(shape, context),
  ]
  const insert =
    `insert into ${scope.collection.table} as p (${set.map(([column]) => column).join(', ')})` +
    ` select ${set.map(([, value]) => value).join(', ')} from (select ${values.join(', ')}) x where ${noteCause(params)}`
  const { condition } = shape.grant
  if (key) {
    const free = `on conflict (${key.map((field) => field.column).join(', ')}) do nothing`
    const text = `${insert} ${free} returning ${returning(shape, condition, echo, context)}, p."id"`
    return { text, params: params.sources }
  }
  const text = isSilent(shape, echo)
    ? insistOnly(insert, checks(shape, condition, context))
    : `${insert} returning ${returning(shape, condition, echo, context)}`
  return { text, params: params.sources }
}

/** Nothing of the written rows is answered, or not yet. Thousands of empty rows would cost as much as the write itself. */
export const isSilent = (shape: WriteShape, echo: Echo): boolean => echo === undefined || shape.deferred

/** The checks of every row, and one row in all: counting their results makes PostgreSQL ask each. */
function insistOnly(insert: string, list: readonly string[]): string {
  if (list.length === 0) return insert
  const named = list.map((check, index) => `${check} as k${index}`)
  const counts = list.map((_, index) => `count(k${index})`)
  return `with written as (${insert} returning ${named.join(', ')}) select ${counts.join(', ')} from written`
}

/**
 * One record: input 0 is its id, input 1 the version it must have when `versioned`; then its columns. No row where the
 * caller may not update it, nor where it is asked for a version they may not read; HF403 unless the changed row still satisfies the rule.
 */
export function planUpdate(shape: WriteShape, echo: Echo, versioned: boolean): Plan {
  const params = new Params()
  const context = new SqlContext(params)
  const given = shape.columns.map((_, index) => params.input(index + 2))
  const set = changedColumns(shape, given, context)
  const changeable = changeableRows(shape)
  const rows = versioned ? and(changeable, shape.scope.readableRows('version')) : changeable
  const where = [
    `p."id" = ${params.input(0)}::uuid`,
    ...(isAlways(rows) ? [] : [conditionToSql(rows, 'p', context)]),
    ...(versioned ? [`p."version" = ${params.input(1)}::int4`] : []),
  ]
  const text =
    `update ${shape.scope.collection.table} as p set ${set}` +
    ` where ${where.join(' and ')} returning ${returning(shape, conditionAfter(shape), echo, context)}, ${causeSql(params)}`
  return { text, params: params.sources }
}

/** The JSON fields of which parts are changed, and whose schema speaks of the whole value. */
export const partlyChanged = (operations: WriteShape['operations']): Field[] =>
  operations.size === 0
    ? []
    : [...operations].flatMap(([field, { operator }]) =>
        operator === 'parts' && field.definition.schema !== undefined ? [field] : [],
      )

/**
 * The records of input 0 (an array of ids) as a write leaves them, once their lists are written too; rows end with the
 * values of {@link partlyChanged}.
 */
export function planReadBack(shape: WriteShape, echo: Echo): Plan {
  const params = new Params()
  const context = new SqlContext(params)
  const ids = params.input(0)
  const answer = returning({ ...shape, deferred: false }, shape.grant.condition, echo, context)
  const list = [answer, ...partlyChanged(shape.operations).map(({ column }) => `p.${column}::text`)].join(', ')
  const text = `select ${list} from ${shape.scope.collection.table} p join unnest(${ids}::uuid[]) with ordinality o(id, at) on p."id" = o.id order by o.at`
  return { text, params: params.sources }
}

/** One record (input 0; input 1 its version when `versioned`); no row outside the scope. */
export function planDelete(scope: RowScope, versioned: boolean): Plan {
  const params = new Params()
  const context = new SqlContext(params)
  const rows = versioned ? and(scope.condition, scope.readable('version')?.mask ?? NEVER) : scope.condition
  const where = [
    `p."id" = ${params.input(0)}::uuid`,
    ...(isAlways(rows) ? [] : [conditionToSql(rows, 'p', context)]),
    ...(versioned ? [`p."version" = ${params.input(1)}::int4`] : []),
  ]
  return {
    text: `delete from ${scope.collection.table} as p where ${where.join(' and ')} returning ${causeSql(params)}`,
    params: params.sources,
  }
}

// ── what an update changes ───────────────────────────────────────────────────────────────────────────────────────────

/** `"title" = $1, …`: the columns of the body, each with the SQL of what is given for it, and those the server sets. */
export function changedColumns(shape: WriteShape, given: readonly string[], context: SqlContext): string {
  const { columns, operations, grant, scope } = shape
  const set = [
    ...columns.map((field, index) => [field.column, assignedSql(field, operations.get(field), given[index]!)] as const),
    ...presetColumns(grant, scope.collection, context),
    ['"updatedAt"', 'now()'] as const,
    ['"version"', 'p."version" + 1'] as const,
  ]
  return set.map(([column, value]) => `${column} = ${value}`).join(', ')
}

/** The rows in which the rule allows the change, and in which the caller may read what operators start from. */
export const changeableRows = ({ grant, operations }: WriteShape): Condition =>
  operations.size === 0 ? grant.condition : and(grant.condition, ...[...operations.values()].map(({ open }) => open))

/** What must be asked again of the changed row. */
export function conditionAfter({ columns, grant, scope }: WriteShape): Condition {
  const changed = new Set([...columns.map((field) => field.name), ...grant.preset.keys()])
  return dependsOn(grant.condition, changed, scope.collection) ? grant.condition : and()
}

// ── what the change log is told ──────────────────────────────────────────────────────────────────────────────────────

/** Notes for the change log where the write comes from; PostgreSQL asks once per statement. Among what a write gives back. */
const causeSql = (params: Params): string => `(select set_config('holdfast.cause', ${params.cause()}, true))`

/** The same as a condition, which is true. */
export const noteCause = (params: Params): string => `${causeSql(params)} is not null`

// ── columns the server sets ──────────────────────────────────────────────────────────────────────────────────────────

/** Who signs up is created by nobody: the rules that count there are those about updates. */
function serverColumns({ grant, scope }: WriteShape, context: SqlContext): (readonly [string, string])[] {
  const creator = scope.action === 'create' ? [['"createdBy"', context.params.userId()] as const] : []
  return [...presetColumns(grant, scope.collection, context), ...creator]
}

function presetColumns(grant: WriteGrant, collection: Collection, context: SqlContext): (readonly [string, string])[] {
  return [...grant.preset].map(([name, preset]) => {
    const field = collection.fields.get(name)!
    return [quoteIdentifier(name), presetToSql(preset, field, context)] as const
  })
}

// ── what a write gives back, and what it insists on ──────────────────────────────────────────────────────────────────

/** `json, version, checks…` over the written row. The checks raise, and so undo the statement. */
export function returning(shape: WriteShape, condition: Condition, echo: Echo, context: SqlContext): string {
  const answer = shape.deferred ? ['null', 'null'] : echoColumns(echo, context)
  return [...answer, ...checks(shape, condition, context)].join(', ')
}

/** Each is true, or ends the statement: references first, then the rule, then what the record must be. */
export function checks(shape: WriteShape, condition: Condition, context: SqlContext): string[] {
  const { columns, scope, deferred } = shape
  const references = deferred ? [] : referenceChecks(columns, scope, context)
  const checked = isAlways(condition) || (deferred && waitsForLists(condition, shape))
  const rule = checked ? [] : [`holdfast.require(${conditionToSql(condition, 'p', context)})`]
  const problems = deferred
    ? []
    : [
        ...operationProblems([...columns, ...shape.lists], shape.operations, context),
        ...validationProblems(scope.collection, context),
      ]
  const valid = problems.length === 0 ? [] : [`holdfast.require_valid(array[${problems.join(', ')}], p."id")`]
  return [...references, ...rule, ...valid]
}

/**
 * Does the condition speak of lists that are not written yet? Of users it never waits: read back, `$user.…` would have
 * the values the caller has just set.
 */
function waitsForLists(condition: Condition, { lists, scope }: WriteShape): boolean {
  if (lists.length === 0 || scope.collection.name === 'users') return false
  return dependsOn(condition, new Set(lists.map((field) => field.name)), scope.collection)
}

/** JSON and version of the row `p`, null where the caller may not read it. */
export function echoColumns(echo: Echo, context: SqlContext): [json: string, version: string] {
  if (!echo) return ['null', 'null']
  const json = `${recordJson(echo, 'p', context)}::text`
  const version = versionSql(echo, 'p', context)
  if (isAlways(echo.scope.condition)) return [json, version]
  const open = conditionToSql(echo.scope.condition, 'p', context)
  return [`case when ${open} then ${json} end`, `case when ${open} then ${version} end`]
}

const referenceChecks = (columns: readonly Field[], scope: WriteScope, context: SqlContext): string[] =>
  columns.flatMap((field) => (field.relation && referenceCheck(field, scope, `p.${field.column}`, context)) ?? [])
