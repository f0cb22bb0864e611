import type { CollectionDefinition, FieldDefinition } from '@holdfast/contract'
import { newId } from '../../lib/index.js'
import type { Report } from '../collection.js'
import type { ReadDefinition } from './read-definition.js'
import { joinPath } from './reports.js'

interface Named {
  id?: string
  name: string
}

/** The schema as it is wanted: every collection and field with its id, and where the changed ones came from. */
export interface WantedSchema {
  readonly definitions: readonly CollectionDefinition[]
  /** What was sent, by collection id. */
  readonly sources: ReadonlyMap<string, ReadDefinition>
}

/**
 * Finds out which collection and field each wanted one is: by its id, else by its name, else it is new. So a known id
 * under another name is a rename. Relations follow collections that are renamed.
 */
export function identify(
  current: readonly CollectionDefinition[],
  wanted: readonly ReadDefinition[],
  dropped: ReadonlySet<string>,
  report: Report,
): WantedSchema {
  const kept = current.filter(({ name }) => !dropped.has(name))
  const usedIds = new Set(current.flatMap(({ id, fields }) => [id!, ...fields.map((field) => field.id!)]))
  const matches = matchUp(
    current,
    wanted.map(({ definition }) => definition),
  )
  const sources = new Map<string, ReadDefinition>()
  const changed = wanted.map((source, index) => {
    const match = matches[index]
    const definition = giveIds(source, match, usedIds, report)
    sources.set(definition.id!, { ...source, definition })
    return definition
  })
  const untouched = kept.filter(({ id }) => !sources.has(id!))
  const definitions = followRenames(current, [...untouched, ...changed])
  return { definitions, sources }
}

/** For each wanted one the current one it is, if any: ids decide first, names among what is left. */
function matchUp<T extends Named>(current: readonly T[], wanted: readonly T[]): (T | undefined)[] {
  const byId = wanted.map(({ id }) => current.find((candidate) => candidate.id === id && id !== undefined))
  const claimed = new Set(byId)
  return wanted.map(
    ({ name }, index) => byId[index] ?? current.find((candidate) => candidate.name === name && !claimed.has(candidate)),
  )
}

function giveIds(
  { definition, path, fieldPaths }: ReadDefinition,
  match: CollectionDefinition | undefined,
  usedIds: Set<string>,
  report: Report,
): CollectionDefinition {
  const seen = new Set<string>()
  const matches = matchUp(match?.fields ?? [], definition.fields)
  const fields = definition.fields.map((field, index): FieldDefinition => {
    if (field.id !== undefined && seen.has(field.id))
      report(`${fieldPaths[index]}.id`, 'duplicate', 'another field has this id')
    if (field.id !== undefined) seen.add(field.id)
    const { id, ...rest } = field
    return { id: matches[index]?.id ?? takeId(id, usedIds), ...rest }
  })
  if (match === undefined && definition.id !== undefined && usedIds.has(definition.id))
    report(joinPath(path, 'id'), 'duplicate', 'this id is taken')
  const { id, ...rest } = definition
  return { id: match?.id ?? takeId(id, usedIds), ...rest, fields }
}

/** The wanted id when it is free, so that a definition keeps its ids on another server; else a new one. */
function takeId(wanted: string | undefined, usedIds: Set<string>): string {
  const id = wanted !== undefined && !usedIds.has(wanted) ? wanted : newId()
  usedIds.add(id)
  return id
}

function followRenames(
  current: readonly CollectionDefinition[],
  next: readonly CollectionDefinition[],
): CollectionDefinition[] {
  const names = new Set(next.map(({ name }) => name))
  const renames = new Map<string, string>()
  for (const { id, name } of current) {
    const now = next.find((candidate) => candidate.id === id)
    if (now && now.name !== name && !names.has(name)) renames.set(name, now.name)
  }
  if (renames.size === 0) return [...next]
  return next.map((definition) => ({
    ...definition,
    fields: definition.fields.map((field) => renameTarget(field, renames)),
  }))
}

function renameTarget(field: FieldDefinition, renames: ReadonlyMap<string, string>): FieldDefinition {
  const renamed = field.collection === undefined ? undefined : renames.get(field.collection)
  return renamed === undefined ? field : { ...field, collection: renamed }
}
