import type { FieldDefinition } from '@holdfast/contract'
import type { Report } from '../collection.js'
import { fieldKinds } from '../fields/index.js'
import { compositeIndexName, indexKeyOf } from '../names.js'
import { systemFieldDefinitions } from '../system-fields.js'
import type { ReadDefinition } from './read-definition.js'
import type { Reports } from './reports.js'
import { suggest } from './suggest.js'

/** Reports indexes over fields that do not exist or have no order, and indexes listed twice. */
export function checkIndexes({ definition, indexPaths, unreadFields }: ReadDefinition, reports: Reports): void {
  const fields = [...systemFieldDefinitions(false), ...definition.fields]
  const names = new Set<string>()
  definition.indexes?.forEach((index, position) => {
    const report = reports.at(indexPaths[position]!)
    if (index.fields.length === 0) report('fields', 'too_few', 'an index needs at least one field')
    index.fields.forEach((text, at) => {
      checkIndexField(indexKeyOf(text).name, fields, unreadFields, (code, message) =>
        report(`fields.${at}`, code, message),
      )
    })
    const keys = index.fields.map((text) => indexKeyOf(text).name)
    if (new Set(keys).size < keys.length) report('fields', 'duplicate', 'a field is listed twice')
    const name = compositeIndexName(definition, index)
    if (names.has(name)) report('fields', 'duplicate', 'the same index is listed twice')
    names.add(name)
  })
}

function checkIndexField(
  name: string,
  fields: readonly FieldDefinition[],
  unread: ReadonlySet<string>,
  report: (...args: [code: string, message: string]) => ReturnType<Report>,
): void {
  const field = fields.find((candidate) => candidate.name === name)
  if (!field) {
    if (!unread.has(name))
      report(
        'unknown_field',
        `${name} is not a field of this collection${suggest(
          name,
          fields.map((candidate) => candidate.name),
        )}`,
      )
    return
  }
  const kind = fieldKinds[field.type]
  if (kind.columnType(field) === '' || kind.indexMethod || field.type === 'richtext')
    report('unfit_field', `a field of type ${field.type}${field.many ? ' with many' : ''} cannot stand in this index`)
}
