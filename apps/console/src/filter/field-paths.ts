import type { CollectionDefinition, FieldDefinition } from '@holdfast/contract'
import { fieldsOf, inversesOf } from '../client/record-fields'

/** Where a path like `author.team.name` ends. */
export interface PathEnd {
  readonly field: FieldDefinition
  /** The path goes on inside of a JSON field. */
  readonly insideJson: boolean
}

type Collections = readonly CollectionDefinition[]

/** Follows a path through relations and into JSON; undefined where it leads nowhere. */
export function followPath(
  path: string,
  fields: readonly FieldDefinition[],
  collections: Collections,
): PathEnd | undefined {
  const [name, ...rest] = path.split('.')
  const field = fields.find((candidate) => candidate.name === name)
  if (!field || rest.includes('')) return undefined
  if (rest.length === 0) return { field, insideJson: false }
  if (field.type === 'json') return { field, insideJson: true }
  if (field.type !== 'relation' || field.collection === undefined) return undefined
  return followPath(rest.join('.'), fieldsBehind(field.collection, collections), collections)
}

/** All that can be named of a collection, inverse relations included. */
export function fieldsBehind(name: string, collections: Collections): readonly FieldDefinition[] {
  const collection = collections.find((candidate) => candidate.name === name)
  return collection ? [...fieldsOf(collection), ...inversesOf(name, collections)] : []
}

/** Paths to offer for what has been typed: one level deep, and one more below each relation typed out with a dot. */
export function suggestPaths(
  typed: string,
  fields: readonly FieldDefinition[],
  collections: Collections,
): readonly string[] {
  const names = fields.map(({ name }) => name)
  const dot = typed.lastIndexOf('.')
  const behind = dot < 0 ? undefined : followPath(typed.slice(0, dot), fields, collections)?.field.collection
  if (behind === undefined) return names
  return [...names, ...fieldsBehind(behind, collections).map(({ name }) => `${typed.slice(0, dot)}.${name}`)]
}
