import type { Collection } from '../../collections/index.js'
import { quoteLiteral } from '../../lib/index.js'
import { readsOwnTable } from '../../permissions/index.js'
import { type Condition, conditionToSql, parseRuleCondition, type SqlContext } from '../../query/index.js'

interface Validations {
  readonly all: readonly { readonly name: string; readonly condition: Condition }[]
  /** Some ask for other records of the same collection: a statement does not see those it writes. */
  readonly readOwnTable: boolean
}

const compiled = new WeakMap<Collection, Validations>()

/** What every written record of the collection must satisfy, whoever writes it. */
export function validationsOf(collection: Collection): Validations {
  let validations = compiled.get(collection)
  if (!validations) {
    const all = [...collection.fields.values()].flatMap(({ name, definition: { validate } }) =>
      validate ? [{ name, condition: parseRuleCondition(validate, collection, collection).condition }] : [],
    )
    validations = { all, readOwnTable: all.some(({ condition }) => readsOwnTable(condition, collection)) }
    compiled.set(collection, validations)
  }
  return validations
}

/** Problems of the whole record that `p` names: each text is null, or the field whose condition it does not satisfy. */
export const validationProblems = (collection: Collection, context: SqlContext): string[] =>
  validationsOf(collection).all.map(
    ({ name, condition }) =>
      `case when ${conditionToSql(condition, 'p', context)} then null else ${quoteLiteral(`${name}:invalid`)} end`,
  )
