import type { Collection, Field, SqlValue } from '../collections/index.js'
import type { WriteGrant } from './row-scope.js'

/**
 * Required fields of a record to be created that neither the given columns nor the rule nor a default gives a value.
 * Relations to many are never required.
 */
export function missingFields(
  collection: Collection,
  given: ReadonlyMap<Field, SqlValue> | undefined,
  grant: WriteGrant,
): Field[] {
  return [...collection.fields.values()].filter(
    (field) =>
      field.definition.required === true &&
      !field.system &&
      field.definition.default === undefined &&
      !grant.preset.has(field.name) &&
      !given?.has(field),
  )
}
