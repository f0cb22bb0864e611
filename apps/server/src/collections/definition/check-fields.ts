import { type CollectionDefinition, type FieldDefinition, limits } from '@holdfast/contract'
import type { Report } from '../collection.js'
import type { DefinitionKey } from '../fields/field-kind.js'
import { fieldKinds } from '../fields/index.js'
import type { ReadDefinition } from './read-definition.js'
import { joinPath, Reports } from './reports.js'
import { checkFieldName } from './reserved-names.js'
import { suggest } from './suggest.js'

/** Keys that fit every field. */
const commonKeys: readonly DefinitionKey[] = ['id', 'name', 'type', 'description', 'hidden', 'validate']

/** Reports what is wrong with the fields of one collection, each by itself. */
export function checkFields({ definition, path, fieldPaths }: ReadDefinition, reports: Reports): void {
  const searchable = definition.fields.filter((field) => field.searchable)
  if (searchable.length > limits.searchableFields)
    reports.report(
      joinPath(path, 'fields'),
      'too_many',
      `a collection may have ${limits.searchableFields} searchable fields`,
    )
  const names = new Map<string, string>()
  definition.fields.forEach((field, index) => {
    const report = reports.at(fieldPaths[index]!)
    checkFieldName(field.name, definition.name, 'name', report)
    const twin = names.get(field.name.toLowerCase())
    if (twin !== undefined) report('name', 'duplicate', `${twin} has the same name (case does not count)`)
    names.set(field.name.toLowerCase(), field.name)
    checkField(field, definition, report)
  })
}

function checkField(field: FieldDefinition, collection: CollectionDefinition, report: Report): void {
  const kind = fieldKinds[field.type]
  const local = new Reports()
  for (const key of Object.keys(field) as DefinitionKey[])
    if (!commonKeys.includes(key) && !kind.keys.includes(key))
      local.report(key, 'unfit_key', `${key} does not fit the type ${field.type}; there are ${kind.keys.join(', ')}`)
  kind.checkDefinition?.(field, local.report)
  if (local.isEmpty) checkDefault(field, local.report)
  if (field.from !== undefined) checkSource(field.from, collection, local.report)
  for (const { path, code, message } of local.items) report(path, code, message)
}

/** `$now` is the time of the create. */
export const isNow = ({ type, default: value }: FieldDefinition): boolean =>
  value === '$now' && (type === 'date' || type === 'datetime')

function checkDefault(field: FieldDefinition, report: Report): void {
  if (field.default !== undefined && !isNow(field))
    fieldKinds[field.type].parser(field)(field.default, 'default', report)
}

function checkSource(from: string, collection: CollectionDefinition, report: Report): void {
  const source = collection.fields.find(({ name }) => name === from)
  if (source?.type !== 'text') report('from', 'unknown_field', `${from} is not a text field of ${collection.name}`)
}

/** Reports relations that lead nowhere and inverse names that are taken. */
export function checkRelations(
  { definition, fieldPaths }: ReadDefinition,
  all: readonly CollectionDefinition[],
  reports: Reports,
): void {
  definition.fields.forEach((field, index) => {
    if (field.type !== 'relation' || field.collection === undefined) return
    const report = reports.at(fieldPaths[index]!)
    const target = all.find(({ name }) => name === field.collection)
    if (!target) report('collection', 'unknown_collection', noCollection(field.collection, all))
    else if (field.inverse !== undefined) checkInverse(field, field.inverse, definition, target, all, report)
  })
}

const noCollection = (name: string, all: readonly CollectionDefinition[]): string =>
  `there is no collection ${name}${suggest(
    name,
    all.map((collection) => collection.name),
  )}`

function checkInverse(
  field: FieldDefinition,
  inverse: string,
  source: CollectionDefinition,
  target: CollectionDefinition,
  all: readonly CollectionDefinition[],
  report: Report,
): void {
  checkFieldName(inverse, target.name, 'inverse', report)
  const same = (name: string | undefined): boolean => name?.toLowerCase() === inverse.toLowerCase()
  if (target.fields.some(({ name }) => same(name)))
    report('inverse', 'duplicate', `${target.name} has a field of this name (case does not count)`)
  for (const other of all)
    for (const candidate of other.fields)
      if (candidate.collection === target.name && same(candidate.inverse) && !(other === source && candidate === field))
        report('inverse', 'duplicate', `${joinPath(other.name, candidate.name)} has the same inverse name`)
}
