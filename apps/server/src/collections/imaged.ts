import type { Collection, Field } from './collection.js'
import { imageRow } from './image-row.js'

/** What the row of an image is called in a statement, and what the image itself. */
export const imageRowName = 'p'
const image = '_s.image'

/**
 * `FROM …` of records that are given as images, as the change log has them, in one JSON array: a row named
 * {@link imageRowName} with the columns of the collection, those of its searches included, and `_s.place`, from 1 on.
 */
export function fromImages(collection: Collection, array: string): string {
  const { columns, from } = imageRow(collection, image, '_x')
  return (
    `from json_array_elements(${array}::json) with ordinality _s(image, place),` +
    ` lateral (select (${image} ->> 'id')::uuid as "id", ${columns.join(', ')} from ${from}) ${imageRowName}`
  )
}

/**
 * The collection as statements over {@link fromImages} must see it: lists of to-many relations are those of the image, not
 * the ones there are by now.
 */
export function asImaged(collection: Collection): Collection {
  const lists = [...collection.fields.values()].filter(({ relation }) => relation?.kind === 'many')
  if (lists.length === 0) return collection
  const fields = new Map(collection.fields)
  for (const field of lists) fields.set(field.name, withImagedList(field))
  return { ...collection, fields, field: (name) => fields.get(name) ?? collection.inverses.get(name) }
}

function withImagedList(field: Field): Field {
  const relation = field.relation as Extract<Field['relation'], { kind: 'many' }>
  const id = `${imageRowName}."id"`
  const linkTable =
    `(select "source", "target", "position" from ${relation.linkTable} where "source" <> ${id} union all ` +
    `select ${id}, _l.item::uuid, _l.place::int4 from json_array_elements_text(${image} -> '${field.name}') with ordinality _l(item, place))`
  return {
    ...field,
    relation: { ...relation, linkTable },
    // Behind a relation the same collection is met again, with rows of its table.
    select: (row) => (row === imageRowName ? `(${image} -> '${field.name}')` : field.select(row)),
  }
}
