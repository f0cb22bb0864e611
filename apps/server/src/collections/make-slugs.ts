import type { Collection, Field, SqlValue } from './collection.js'
import { slugOf } from './fields/index.js'

/** Fills the slugs that are made `from` another field and were left out of a new record. Gives the fields it filled. */
export function makeSlugs(
  raw: { readonly [name: string]: unknown },
  columns: Map<Field, SqlValue>,
  collection: Collection,
): Field[] {
  return slugFields(collection).filter((field) => {
    const source = raw[field.definition.from!]
    const slug =
      columns.has(field) || typeof source !== 'string' ? undefined : slugOf(source, field.definition.maxLength)
    if (slug !== undefined) columns.set(field, slug)
    return slug !== undefined
  })
}

const slugFieldsOf = new WeakMap<Collection, readonly Field[]>()

function slugFields(collection: Collection): readonly Field[] {
  let fields = slugFieldsOf.get(collection)
  if (!fields) {
    fields = [...collection.fields.values()].filter(({ definition }) => definition.type === 'slug' && definition.from)
    slugFieldsOf.set(collection, fields)
  }
  return fields
}
