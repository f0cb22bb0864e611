import type { FieldDefinition, FieldTypeName } from '@holdfast/contract'
import { booleanField } from './boolean.field.js'
import { computedField } from './computed.field.js'
import { dateField } from './date.field.js'
import { datetimeField } from './datetime.field.js'
import { decimalField } from './decimal.field.js'
import { durationField } from './duration.field.js'
import { emailField } from './email.field.js'
import type { FieldKind } from './field-kind.js'
import { geopointField } from './geopoint.field.js'
import { integerField } from './integer.field.js'
import { jsonField } from './json.field.js'
import { multiselectField } from './multiselect.field.js'
import { numberField } from './number.field.js'
import { relationField } from './relation.field.js'
import { richtextField } from './richtext.field.js'
import { selectField } from './select.field.js'
import { slugField } from './slug.field.js'
import { tagsField } from './tags.field.js'
import { textField } from './text.field.js'
import { urlField } from './url.field.js'
import { uuidField } from './uuid.field.js'
import { vectorField } from './vector.field.js'

/** The registry: a new field type is one file and one line here. */
export const fieldKinds: Readonly<Record<FieldTypeName, FieldKind>> = {
  text: textField,
  richtext: richtextField,
  email: emailField,
  url: urlField,
  slug: slugField,
  integer: integerField,
  number: numberField,
  decimal: decimalField,
  boolean: booleanField,
  date: dateField,
  datetime: datetimeField,
  duration: durationField,
  uuid: uuidField,
  json: jsonField,
  select: selectField,
  multiselect: multiselectField,
  tags: tagsField,
  relation: relationField,
  geopoint: geopointField,
  vector: vectorField,
  computed: computedField,
}

/** TypeScript type of a field's value that is not null: `string`, `"draft" | "published"`, `{ lat: number; lon: number }`. */
export const tsType = (definition: FieldDefinition): string => fieldKinds[definition.type].tsType(definition)

export { changeParsersOf } from './change-parsers.js'
export type { FieldKind, JsonSchema } from './field-kind.js'
export { maxListItems } from './list-value.js'
export { ordering, related } from './operator-sets.js'
export { slugOf } from './slug.field.js'
