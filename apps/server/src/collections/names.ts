import { createHash } from 'node:crypto'
import type { CollectionDefinition, FieldDefinition, IndexDefinition } from '@holdfast/contract'
import { quoteIdentifier } from '../lib/index.js'

/**
 * Names of what belongs to a collection in PostgreSQL. Tables and columns are named as the collection and its fields;
 * everything else by ids, so that a rename touches nothing else and an error of PostgreSQL leads back to the field.
 *
 * | name | what |
 * |---|---|
 * | `p_<collection>` | primary key |
 * | `u_<field>` `i_<field>` | unique index, index |
 * | `f_<field>` | foreign key of a relation; of a link table to its target |
 * | `s_<field>` `k_<field>` `t_<field>` | link table: foreign key to its source, primary key, index on target |
 * | `c_<field>` | check of a computed integer |
 * | `g_<field>` | index for search; its words stand in the column `_g_<field>` |
 * | `x_<collection>_<hash>` | composite index |
 * | `holdfast.log_<collection>` `log_<field>` | functions that log the changes of a table or link table |
 */
const bareId = (id: string): string => id.replaceAll('-', '')

export const tableOf = (collection: string): string => `"public".${quoteIdentifier(collection)}`
export const columnOf = (field: string): string => quoteIdentifier(field)
export const linkTableOf = (fieldId: string): string => `"public".${quoteIdentifier(`_link_${bareId(fieldId)}`)}`

/** The words of a searchable field. No field of a collection begins with `_`. */
export const searchColumnOf = (fieldId: string): string => quoteIdentifier(`_g_${bareId(fieldId)}`)

/** What logs the changes of a collection, or of the list of a relation with `many`. */
export const logFunctionOf = (id: string): string => `holdfast.${quoteIdentifier(`log_${bareId(id)}`)}()`

export const primaryKeyName = (collectionId: string): string => `p_${bareId(collectionId)}`

type FieldPart = 'u' | 'i' | 'f' | 's' | 'k' | 't' | 'c' | 'g'
export const fieldPartName = (part: FieldPart, fieldId: string): string => `${part}_${bareId(fieldId)}`

/** A field of an index: `-createdAt` → createdAt, descending. */
export const indexKeyOf = (text: string): { name: string; descending: boolean } =>
  text.startsWith('-') ? { name: text.slice(1), descending: true } : { name: text, descending: false }

/** Named by what it covers: the same index has the same name, a changed one another. */
export function compositeIndexName(collection: CollectionDefinition, index: IndexDefinition): string {
  const keys = index.fields.map((text) => {
    const { name, descending } = indexKeyOf(text)
    return `${descending ? '-' : ''}${fieldIdOf(collection, name)}`
  })
  const hash = createHash('sha256')
    .update(`${index.unique === true}:${keys.join(',')}`)
    .digest('hex')
  return `x_${bareId(collectionIdOf(collection))}_${hash.slice(0, 16)}`
}

/** The id of a defined field; system fields have none, their name serves. */
const fieldIdOf = (collection: CollectionDefinition, name: string): string => {
  const field = collection.fields.find((candidate) => candidate.name === name)
  return field ? idOfField(collection, field) : name
}

/** Ids are given when a definition is applied; before that one made of the names stands in. */
export const collectionIdOf = ({ id, name }: CollectionDefinition): string => id ?? idOfNames(name)
export const idOfField = (collection: CollectionDefinition, { id, name }: FieldDefinition): string =>
  id ?? idOfNames(collection.name, name)

function idOfNames(...names: string[]): string {
  const hex = createHash('sha256').update(names.join('.')).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
}

/**
 * The fields of a collection that a constraint or index of its tables is about, so that an error of PostgreSQL can be told
 * in words of the collection; empty for one that is not its own.
 */
export function fieldsOfConstraint(
  name: string,
  { id, definition }: { id: string; definition: CollectionDefinition },
): string[] {
  if (name === primaryKeyName(id)) return ['id']
  const composite = definition.indexes?.find((index) => compositeIndexName(definition, index) === name)
  if (composite) return composite.fields.map((text) => indexKeyOf(text).name)
  const field = definition.fields.find((candidate) => name.slice(2) === bareId(idOfField(definition, candidate)))
  return field ? [field.name] : []
}
