import type { Change } from '../../changes/index.js'
import { fromImages, imageRowName } from '../../collections/index.js'
import type { Executor, Statement } from '../../platform/db/index.js'
import { bindParams, conditionToSql, Params, SqlContext } from '../../query/index.js'
import type { Endpoint } from '../endpoints/endpoint.js'
import { imagesOf } from './match-change.js'

/** Asks the database for the positions of the changes that the filter is about, where memory cannot tell. */
export async function askMatches(
  db: Executor,
  changes: readonly Change[],
  endpoint: Endpoint,
): Promise<ReadonlySet<number>> {
  const states = changes.flatMap((change) => imagesOf(change).map((image) => ({ image, position: change.position })))
  const images = JSON.stringify(states.map(({ image }) => image))
  const { rows } = await db.run(planMatches(images, endpoint))
  return new Set((rows as [number][]).map(([place]) => states[place - 1]!.position))
}

/** The places of the images that satisfy the filter, from 1 on. Each stands where the record would. */
function planMatches(images: string, { scope, condition }: Endpoint): Statement {
  const context = new SqlContext(new Params())
  const from = fromImages(scope.collection, context.params.value(images))
  const text = `select _s.place::int4 ${from} where ${conditionToSql(condition, imageRowName, context)}`
  return { text, values: bindParams(context.params.sources, {}) }
}
