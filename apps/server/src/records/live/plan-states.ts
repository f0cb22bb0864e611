import { fromImages, imageRowName } from '../../collections/index.js'
import { and, conditionToSql, Params, SqlContext } from '../../query/index.js'
import type { Plan } from '../plan.js'
import { recordJson } from '../read/record-sql.js'
import type { LiveQuery } from './parse-live-query.js'

/**
 * States of records, given as a JSON array of images (input 0) → place and JSON of those that the query shows. Related
 * records are as they are now. The query must be parsed in the scope of the imaged collection.
 */
export function planStates({ selection, filter }: LiveQuery): Plan {
  const context = new SqlContext(new Params())
  const { collection, condition } = selection.scope
  const from = fromImages(collection, context.params.input(0))
  const json = recordJson(selection, imageRowName, context)
  const shown = conditionToSql(and(condition, filter), imageRowName, context)
  return { text: `select _s.place::int4, ${json}::text ${from} where ${shown}`, params: context.params.sources }
}
