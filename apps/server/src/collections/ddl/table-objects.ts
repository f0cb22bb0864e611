import type { CollectionDefinition, FieldDefinition, OnDelete, VectorMetric } from '@holdfast/contract'
import { quoteIdentifier } from '../../lib/index.js'
import { fieldKinds } from '../fields/index.js'
import { columnOf, compositeIndexName, fieldPartName, indexKeyOf, linkTableOf, tableOf } from '../names.js'
import type { Features } from '../search/features.js'

/** Something with a name that stands beside the columns: an index or a foreign key. */
export interface TableObject {
  readonly name: string
  /** The field it belongs to; undefined for an index over several. */
  readonly field?: FieldDefinition
  /** All fields it covers, by name. */
  readonly fieldNames: readonly string[]
  readonly unique: boolean
  readonly description: string
  /** Equal as long as the object need not be made anew; speaks of ids, not of names. */
  readonly signature: string
  readonly create: string
  readonly drop: string
}

// ── indexes ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** All indexes of a collection's table, besides the primary key. */
export const indexesOf = (collection: CollectionDefinition, features: Features = {}): TableObject[] => [
  ...collection.fields.flatMap((field) =>
    field.type === 'vector' ? vectorIndex(field, collection, features) : (fieldIndex(field, collection) ?? []),
  ),
  ...(collection.indexes ?? []).map(({ fields, unique = false }) => compositeIndex(fields, unique, collection)),
]

function fieldIndex(field: FieldDefinition, collection: CollectionDefinition): TableObject | undefined {
  const { id, name, type, many, unique = false, index } = field
  if (many || !(unique || index || type === 'relation')) return undefined
  const { method = 'btree', operatorClass } = fieldKinds[type].indexMethod ?? {}
  const column = operatorClass ? `${columnOf(name)} ${operatorClass}` : columnOf(name)
  const indexName = fieldPartName(unique ? 'u' : 'i', id!)
  const what = `${unique ? 'unique index' : 'index'} on ${collection.name}.${name}`
  return {
    ...indexObject(indexName, [name], unique, method, column, `${method} ${operatorClass}`, what, collection),
    field,
  }
}

/** pgvector's HNSW takes so many dimensions; longer vectors are compared one by one. */
const maxIndexedDimensions = 2000

const vectorClasses: Readonly<Record<VectorMetric, string>> = {
  cosine: 'vector_cosine_ops',
  innerProduct: 'vector_ip_ops',
  l2: 'vector_l2_ops',
}

/**
 * The column is an array of PostgreSQL's own, whatever the database has; the index is on what pgvector makes of it. So a
 * database that gets pgvector later needs no conversion, only the index: hence `if exists`.
 */
function vectorIndex(field: FieldDefinition, collection: CollectionDefinition, { vectors }: Features): TableObject[] {
  const { id, name, index, dimensions = 0, metric = 'cosine' } = field
  if (!index || vectors === undefined || dimensions > maxIndexedDimensions) return []
  const column = `(${columnOf(name)}::${vectors}.vector(${dimensions})) ${vectors}.${vectorClasses[metric]}`
  const indexName = fieldPartName('i', id!)
  const what = `index on ${collection.name}.${name} (pgvector, ${metric})`
  const object = indexObject(indexName, [name], false, 'hnsw', column, `${dimensions} ${metric}`, what, collection)
  return [{ ...object, drop: object.drop.replace('drop index', 'drop index if exists'), field }]
}

/** Ends with `id`, as every order of records does, so that the index gives a page in its order without sorting. */
function compositeIndex(fields: readonly string[], unique: boolean, collection: CollectionDefinition): TableObject {
  const keys = fields.map(indexKeyOf)
  const tie = { name: 'id', descending: keys.at(-1)?.descending ?? false }
  const ordered = unique || keys.some((key) => key.name === 'id') ? keys : [...keys, tie]
  const columns = ordered.map(({ name, descending }) => columnOf(name) + (descending ? ' desc' : ''))
  const name = compositeIndexName(collection, { fields: [...fields], unique })
  const what = `${unique ? 'unique index' : 'index'} on ${collection.name} (${fields.join(', ')})`
  return indexObject(
    name,
    keys.map((key) => key.name),
    unique,
    'btree',
    columns.join(', '),
    '',
    what,
    collection,
  )
}

function indexObject(
  name: string,
  fieldNames: readonly string[],
  unique: boolean,
  method: string,
  columns: string,
  signature: string,
  description: string,
  collection: CollectionDefinition,
): TableObject {
  return {
    name,
    fieldNames,
    unique,
    description,
    signature,
    create: `create ${unique ? 'unique ' : ''}index ${quoteIdentifier(name)} on ${tableOf(collection.name)} using ${method} (${columns})`,
    drop: `drop index "public".${quoteIdentifier(name)}`,
  }
}

// ── foreign keys ─────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * `restrict` is PostgreSQL's `no action`: asked at the end of the statement, so that a cascade which deletes both ends
 * passes.
 */
const onDeleteSql: Readonly<Record<OnDelete, string>> = {
  cascade: 'cascade',
  restrict: 'no action',
  setNull: 'set null',
}

/** Foreign keys of the relations that are columns. */
export const foreignKeysOf = (collection: CollectionDefinition, all: readonly CollectionDefinition[]): TableObject[] =>
  collection.fields
    .filter(({ type, many }) => type === 'relation' && !many)
    .map((field) => foreignKey(field, collection, all))

function foreignKey(
  field: FieldDefinition,
  collection: CollectionDefinition,
  all: readonly CollectionDefinition[],
): TableObject {
  const table = tableOf(collection.name)
  const name = fieldPartName('f', field.id!)
  const onDelete = onDeleteSql[field.onDelete ?? (field.required ? 'restrict' : 'setNull')]
  return {
    name,
    field,
    fieldNames: [field.name],
    unique: false,
    description: `foreign key from ${collection.name}.${field.name} to ${field.collection}`,
    signature: `${all.find((target) => target.name === field.collection)?.id} ${onDelete}`,
    create: `alter table ${table} add constraint ${quoteIdentifier(name)} foreign key (${columnOf(field.name)}) references ${tableOf(field.collection!)} ("id") on delete ${onDelete}`,
    drop: `alter table ${table} drop constraint ${quoteIdentifier(name)}`,
  }
}

// ── link tables ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** Statements that make the table of a relation with `many`. */
export function createLinkTable(field: FieldDefinition, collection: CollectionDefinition): string[] {
  const table = linkTableOf(field.id!)
  const reference = (part: 's' | 'f', column: string, target: string): string =>
    `constraint "${fieldPartName(part, field.id!)}" foreign key ("${column}") references ${tableOf(target)} ("id") on delete cascade`
  const parts = [
    '"source" uuid not null',
    '"target" uuid not null',
    '"position" integer not null',
    `constraint "${fieldPartName('k', field.id!)}" primary key ("source", "target")`,
    reference('s', 'source', collection.name),
    reference('f', 'target', field.collection!),
  ]
  return [
    `create table ${table} (${parts.join(', ')})`,
    `create index "${fieldPartName('t', field.id!)}" on ${table} ("target")`,
  ]
}

export const dropLinkTable = (field: FieldDefinition): string => `drop table ${linkTableOf(field.id!)}`
