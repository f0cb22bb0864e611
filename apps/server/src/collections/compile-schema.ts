import type { CollectionDefinition, FieldDefinition, Json } from '@holdfast/contract'
import { invalidAt } from '../lib/index.js'
import type { FieldShape, Operand, RelationShape } from '../query/index.js'
import type { Collection, Field, Schema } from './collection.js'
import { inputsOf } from './expression/index.js'
import { changeParsersOf, fieldKinds, related } from './fields/index.js'
import { indexLimitsOf, limitBytes } from './index-limits.js'
import { collectionIdOf, columnOf, idOfField, linkTableOf, tableOf } from './names.js'
import type { Features } from './search/features.js'
import { matchingOf } from './search/matching.js'
import { systemFieldDefinitions } from './system-fields.js'

type CollectionMap = ReadonlyMap<string, Collection>

/**
 * Checked definitions → what requests work with: a frozen snapshot in which every name is resolved, every parser is made
 * and relations lead to each other. Pure.
 */
export function compileSchema(
  definitions: readonly CollectionDefinition[],
  version: number,
  features: Features = {},
): Schema {
  const collections = new Map<string, Collection>()
  for (const definition of definitions)
    collections.set(definition.name, compileCollection(definition, definitions, collections, features))
  return Object.freeze({ version, collections })
}

function compileCollection(
  definition: CollectionDefinition,
  all: readonly CollectionDefinition[],
  collections: CollectionMap,
  features: Features,
): Collection {
  const hasUsers = all.some(({ name }) => name === 'users')
  const fields = new Map<string, Field>()
  for (const field of systemFieldDefinitions(hasUsers))
    fields.set(field.name, compileField(field, definition, collections, features, true))
  for (const field of definition.fields)
    fields.set(field.name, compileField(field, definition, collections, features, false))
  limitIndexed(fields, definition)
  const inverses = compileInverses(definition.name, all, collections)
  return Object.freeze({
    id: collectionIdOf(definition),
    name: definition.name,
    table: tableOf(definition.name),
    definition,
    fields,
    inverses,
    names: [...fields.keys(), ...inverses.keys()],
    field: (name: string) => fields.get(name) ?? inverses.get(name),
    searchable: definition.fields.filter(({ searchable }) => searchable).map(({ name }) => name),
  })
}

function compileField(
  definition: FieldDefinition,
  collection: CollectionDefinition,
  collections: CollectionMap,
  features: Features,
  system: boolean,
): Field {
  const kind = fieldKinds[definition.type]
  const stored = kind.columnType(definition) !== ''
  const column = stored ? columnOf(definition.name) : ''
  const columnType = kind.columnType(definition)
  const linkTable = linkTableOf(idOfField(collection, definition))
  return Object.freeze({
    name: definition.name,
    ...kind.shape(definition),
    ...matchingOf(definition, collection, features),
    column,
    nullable: stored && !definition.required,
    relation: relationOf(definition, linkTable, collections),
    definition,
    system,
    hidden: definition.hidden === true,
    writable: system ? definition.name === 'id' : definition.type !== 'computed',
    inputs: inputsOf(definition),
    columnType,
    select: (row: string) =>
      stored
        ? (kind.select?.(`${row}.${column}`, definition) ?? `${row}.${column}`)
        : `coalesce((select json_agg(l."target" order by l."position") from ${linkTable} l where l."source" = ${row}."id"), '[]')`,
    toColumn: (parameter: string) => (stored ? `${parameter}::${columnType}` : `${parameter}::uuid[]`),
    parseValue: kind.parser(definition),
    changes: system ? new Map() : changeParsersOf(definition, kind),
  })
}

function limitIndexed(fields: Map<string, Field>, definition: CollectionDefinition): void {
  for (const [name, limit] of indexLimitsOf(definition)) {
    const field = fields.get(name)!
    fields.set(name, Object.freeze({ ...field, parseValue: limitBytes(field.parseValue, limit) }))
  }
}

function relationOf(
  definition: FieldDefinition,
  linkTable: string,
  collections: CollectionMap,
): RelationShape | undefined {
  if (definition.type !== 'relation') return undefined
  const target = targetOf(definition.collection ?? '', collections)
  return definition.many ? { kind: 'many', target, linkTable } : { kind: 'one', target }
}

/** Asked when used: a relation may point at a collection that is compiled later, or at its own. */
const targetOf = (name: string, collections: CollectionMap) => () => {
  const target = collections.get(name)
  if (!target) throw new Error(`The schema has no collection ${name}`)
  return target
}

// ── inverse relations ────────────────────────────────────────────────────────────────────────────────────────────────

function compileInverses(
  name: string,
  all: readonly CollectionDefinition[],
  collections: CollectionMap,
): ReadonlyMap<string, FieldShape> {
  const inverses = new Map<string, FieldShape>()
  for (const source of all)
    for (const { name: via, type, collection, inverse } of source.fields)
      if (type === 'relation' && collection === name && inverse !== undefined)
        inverses.set(inverse, compileInverse(inverse, source.name, via, collections))
  return inverses
}

/** The records of `source` whose field `via` points here. */
function compileInverse(name: string, source: string, via: string, collections: CollectionMap): FieldShape {
  const target = targetOf(source, collections)
  return Object.freeze<FieldShape>({
    name,
    comparison: 'list',
    sqlType: 'uuid',
    operators: related,
    column: '',
    nullable: false,
    relation: { kind: 'inverse', target, via: () => target().fields.get(via)! },
    parseOperand: (_value: Json, path: string): Operand => {
      throw invalidAt('invalid_value', path, `${name} is a list of records`, 'Use $some, $none or $every.')
    },
  })
}
