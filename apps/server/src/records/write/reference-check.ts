import type { Field } from '../../collections/index.js'
import { quoteLiteral } from '../../lib/index.js'
import type { WriteScope } from '../../permissions/index.js'
import { conditionToSql, isAlways, type SqlContext } from '../../query/index.js'

/** A relation may only be pointed at a record the caller may read; else it would tell which ids exist. */
export function referenceCheck(
  field: Field,
  scope: WriteScope,
  column: string,
  context: SqlContext,
): string | undefined {
  const target = scope.referable(field)
  if (target && isAlways(target.condition)) return undefined
  const alias = context.alias()
  const found = target
    ? `exists (select 1 from ${target.collection.table} ${alias} where ${alias}."id" = ${column} and ${conditionToSql(target.condition, alias, context)})`
    : 'false'
  return `holdfast.require_reference(${column} is null or ${found}, ${quoteLiteral(field.name)})`
}
