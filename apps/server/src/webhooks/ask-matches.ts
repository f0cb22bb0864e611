import { type Change, type RecordImage } from '../changes/index.js'
import { type Collection, draftRow, type SqlValue } from '../collections/index.js'
import type { Executor, Statement } from '../platform/db/index.js'
import { bindParams, conditionToSql, Params, SqlContext } from '../query/index.js'
import type { Endpoint } from './endpoint.js'
import { imagesOf } from './match-change.js'

/** A statement takes 65,535 parameters, and each value of an image is one. */
const imagesPerStatement = 100

/** Asks the database which changes satisfy the filter, where memory cannot tell. */
export async function askMatches(
  db: Executor,
  changes: readonly Change[],
  endpoint: Endpoint,
): Promise<ReadonlySet<Change>> {
  const states = changes.flatMap((change) => imagesOf(change).map((image) => ({ change, image })))
  const found = new Set<Change>()
  for (let from = 0; from < states.length; from += imagesPerStatement) {
    const part = states.slice(from, from + imagesPerStatement)
    const images = part.map(({ image }) => image)
    const { rows } = await db.run(planMatches(images, endpoint))
    for (const [place] of rows as [number][]) found.add(part[place]!.change)
  }
  return found
}

/** The places of the images that satisfy the filter. Each stands where the record would. */
export function planMatches(images: readonly RecordImage[], { collection, condition }: Endpoint): Statement {
  const context = new SqlContext(new Params())
  const parts = images.map((image, place) => {
    const row = imageRow(image, collection, context.params)
    return `select ${place} as place from (${row}) p where ${conditionToSql(condition, 'p', context)}`
  })
  const text = parts.join(' union all ')
  return { text, values: bindParams(context.params.sources, {}) }
}

/** The image as a row of the table: its values go in by the way that values of a body take. */
function imageRow(image: RecordImage, collection: Collection, params: Params): string {
  const given = new Map<string, string>()
  for (const field of collection.fields.values()) {
    if (field.column === '' || field.definition.type === 'computed') continue
    const raw = image[field.name] ?? null
    const value: SqlValue | undefined = raw === null ? null : field.parseValue(raw, field.name, () => {})
    given.set(field.name, value == null ? `null::${field.columnType}` : field.toColumn(params.value(value)))
  }
  return draftRow(collection, given, undefined)
}
