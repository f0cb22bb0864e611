import { type Collection } from '../../collections/index.js'
import type { RowScope } from '../../permissions/index.js'
import { and, type Condition, conditionToSql, isAlways, NEVER, Params, SqlContext } from '../../query/index.js'
import { keptTable, type LoggedRows, PastSource, pastCollection, rowColumns } from '../past/past-source.js'
import type { Plan } from '../plan.js'
import { recordJson } from '../read/record-sql.js'
import type { SelectedField } from '../read/selection.js'

/** Versions of one record as one caller may read them: what each was, and what it was before. */
export interface VersionScopes {
  readonly after: RowScope
  readonly before: RowScope
}

/** The record is input 0. What a delete took stands for the version it deleted. */
export function versionScopes(scope: RowScope): VersionScopes {
  const { collection } = scope
  const past = pastCollection(collection)
  return {
    after: scope.inPast(past, new PastSource(collection, versionRows(collection))),
    before: scope.inPast(past, new PastSource(collection, rowsBefore(collection))),
  }
}

const versionRows = ({ id }: Collection): LoggedRows => ({
  key: 'versions',
  select: ({ params }) =>
    `select ${rowColumns('coalesce(c.after, c.before)')} from ${keptTable} c` +
    ` where c.collection = '${id}' and c.record = ${params.input(0)}::uuid and c.action <> 'list'`,
})

/** What each version `p` changed. */
const rowsBefore = ({ id }: Collection): LoggedRows => ({
  key: 'before versions',
  lists: 'before',
  select: () =>
    `select ${rowColumns('c.before')} from ${keptTable} c` +
    ` where c.collection = '${id}' and c.record = p."id" and c.position = p."_position" and c.action = 'update'`,
})

/**
 * The versions a caller may read at all: the record was open to them as the rules are today, and so were its version and the
 * time of its last change. Else their number and their times would tell of changes in fields that are closed.
 */
const openVersions = ({ after }: VersionScopes): Condition =>
  and(after.condition, ...['version', 'updatedAt'].map((name) => after.readable(name)?.mask ?? NEVER))

/** What a row of the plans below holds. */
export type VersionRow = readonly [
  position: number,
  action: 'create' | 'update' | 'delete' | 'base',
  version: number,
  at: string,
  /** May the caller know who it was? */
  named: boolean,
  user: string | null,
  after: string,
  /** Null where there was nothing before, or nothing the caller may read. */
  before: string | null,
  /** The fields that were asked for; null for none. */
  record: string | null,
  /** Names of the fields there were. */
  fields: string,
]

/** A page of versions, newest first: input 0 is the record, input 1 the position to go on from, or null. */
export function planVersions(scopes: VersionScopes, fields: readonly SelectedField[] | undefined, limit: number): Plan {
  const params = new Params()
  const [record, from] = [params.input(0), params.input(1)]
  const page = `p."id" = ${record}::uuid and (${from}::int8 is null or p."_position" < ${from}::int8)`
  return { text: `${versionsSql(scopes, fields, page, params)} limit ${limit + 1}`, params: params.sources }
}

/** One version: input 0 is the record, input 1 its number. A delete is none: it bears the number of the one it deleted. */
export function planVersion(scopes: VersionScopes, fields: readonly SelectedField[]): Plan {
  const params = new Params()
  const [record, version] = [params.input(0), params.input(1)]
  const one = `p."id" = ${record}::uuid and p."version" = ${version}::int4 and p."_action" <> 'delete'`
  return { text: `${versionsSql(scopes, fields, one, params)} limit 1`, params: params.sources }
}

function versionsSql(
  scopes: VersionScopes,
  fields: readonly SelectedField[] | undefined,
  which: string,
  params: Params,
): string {
  const { after, before } = scopes
  const context = new SqlContext(params)
  const rows = `${context.rowsOf(after, 'p')} left join lateral ${context.rowsOf(before, 'b')} on true`
  const json = (scope: RowScope, row: string, selected: readonly SelectedField[]): string =>
    `${recordJson({ scope, fields: selected, expand: [] }, row, context)}::text`
  const openBefore = isAlways(before.condition) ? '' : ` and ${conditionToSql(before.condition, 'b', context)}`
  const columns = [
    'p."_position"',
    'p."_action"',
    'p."version"',
    `to_char(p."_at" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
    `coalesce(${conditionToSql(after.readable('createdBy')?.mask ?? NEVER, 'p', context)}, false)`,
    `nullif(split_part(p."_cause", ' ', 1), '')`,
    json(after, 'p', changeable(after)),
    `case when b."id" is not null${openBefore} then ${json(before, 'b', changeable(before))} end`,
    fields ? json(after, 'p', fields) : 'null',
    `(select json_agg(_k)::text from json_object_keys(p."_image") _k)`,
  ]
  const open = conditionToSql(openVersions(scopes), 'p', context)
  return `select ${columns.join(', ')} from ${rows} where ${which} and ${open} order by p."_position" desc`
}

/** Fields whose changes are told: not those that the server keeps of every record. */
const changeable = (scope: RowScope): SelectedField[] => scope.readableFields().filter(({ field }) => !field.system)
