import type { CollectionDefinition, Json } from '@holdfast/contract'
import { compileSchema } from '../compile-schema.js'
import { checkBuiltIn } from './built-in.js'
import { checkExpressions } from './check-expressions.js'
import { checkFields, checkRelations } from './check-fields.js'
import { checkIndexes } from './check-indexes.js'
import { checkPersonalData } from './check-personal-data.js'
import { checkRules } from './check-rules.js'
import { checkTeams } from './check-teams.js'
import { checkValidations } from './check-validations.js'
import { identify, type WantedSchema } from './identify.js'
import { type ReadDefinition, readDefinition } from './read-definition.js'
import { joinPath, Reports } from './reports.js'
import { checkCollectionName } from './reserved-names.js'

/** Definitions as they were sent, with the path of each: empty, or `collections.2`. */
export interface RawChange {
  readonly collections: readonly { readonly raw: Json; readonly path: string }[]
  /** Names of collections to drop, with their paths. */
  readonly drop: readonly { readonly name: string; readonly path: string }[]
}

/**
 * Checks what an admin wants against the schema there is. Gives the whole schema as it would be, every collection and
 * field with its id.
 * @throws invalid_definition with everything that is wrong, also in collections that depend on the changed ones
 */
export function checkSchema(current: readonly CollectionDefinition[], change: RawChange): WantedSchema {
  const reports = new Reports()
  for (const { name, path } of change.drop)
    if (!current.some((collection) => collection.name === name))
      reports.report(path, 'unknown_collection', `there is no collection ${name}`)
  const read = change.collections.flatMap(({ raw, path }) => readDefinition(raw, path, reports.report) ?? [])
  const wanted = identify(current, read, new Set(change.drop.map(({ name }) => name)), reports.report)
  checkCollectionNames(wanted, reports)
  checkChangeLogs(wanted, reports)
  checkBuiltIn(current, wanted.definitions, reports.report)
  checkTeams(sourcesOf(wanted), reports)
  for (const source of sourcesOf(wanted)) {
    checkFields(source, reports)
    checkRelations(source, wanted.definitions, reports)
    checkExpressions(source, reports)
    checkIndexes(source, reports)
    checkPersonalData(source, reports)
  }
  reports.throwIfAny()
  const schema = compileSchema(wanted.definitions, 0)
  for (const source of sourcesOf(wanted)) {
    checkRules(source, schema, reports)
    checkValidations(source, schema, reports)
  }
  reports.throwIfAny()
  return wanted
}

/** What was sent, and every other collection under its name: it may depend on what changes. */
function sourcesOf({ definitions, sources }: WantedSchema): readonly ReadDefinition[] {
  return definitions.map((definition) => {
    const source = sources.get(definition.id!)
    return source ? { ...source, definition } : untouchedSource(definition)
  })
}

function untouchedSource(definition: CollectionDefinition): ReadDefinition {
  const paths = (key: string, items: readonly unknown[] = []): string[] =>
    items.map((_, index) => `${definition.name}.${key}.${index}`)
  return {
    definition,
    path: definition.name,
    fieldPaths: paths('fields', definition.fields),
    indexPaths: paths('indexes', definition.indexes),
    rulePaths: paths('rules', definition.rules),
    unreadFields: new Set(),
  }
}

function checkCollectionNames({ definitions, sources }: WantedSchema, reports: Reports): void {
  for (const { definition, path } of sources.values()) {
    const at = joinPath(path, 'name')
    checkCollectionName(definition.name, at, reports.report)
    const twin = definitions.find(
      ({ id, name }) => id !== definition.id && name.toLowerCase() === definition.name.toLowerCase(),
    )
    if (twin) reports.report(at, 'duplicate', `there is a collection ${twin.name} (case does not count)`)
  }
}

/** Versions and deleted records are read from the change log, so it must hold them. */
function checkChangeLogs({ sources }: WantedSchema, reports: Reports): void {
  for (const { definition, path } of sources.values())
    for (const key of ['history', 'trash'] as const)
      if (definition[key] && (definition.changeLog ?? 'full') !== 'full')
        reports.report(joinPath(path, key), 'does_not_fit', `${key} needs a changeLog that is full`)
}
