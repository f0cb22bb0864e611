import { limits } from '@holdfast/contract'
import { invalidAt } from '../../lib/index.js'
import { RowScope } from '../../permissions/index.js'
import { readableField, relatedReader } from '../../query/index.js'
import type { FieldPath, Hop } from './aggregate-query.js'

/**
 * `author.team` → the relations to follow and the field.
 * @throws unknown_field for a name the caller may not read, as for one that does not exist; invalid_query for a path to many
 */
export function parsePath(text: string, scope: RowScope, at: string): FieldPath {
  const path = text.split('.')
  if (path.length > limits.expandDepth)
    throw invalidAt('query_too_complex', at, `A path may follow ${limits.expandDepth - 1} relations`)
  let reader = scope
  const hops = path.slice(0, -1).map((name, index): Hop => {
    const { shape, mask } = readableField(reader, name, at)
    if (shape.comparison === 'json') throw insideJson(name, at)
    const target = relatedReader(shape, reader, at)
    if (shape.relation?.kind !== 'one' || !(target instanceof RowScope)) throw leadsToMany(name, at)
    reader = target
    return { name: path.slice(0, index + 1).join('.'), relation: shape, mask, scope: target }
  })
  const last = path.at(-1)!
  const { shape: field, mask } = readableField(reader, last, at)
  if (field.relation && field.relation.kind !== 'one') throw leadsToMany(last, at)
  return { name: text, hops, field, mask }
}

const leadsToMany = (name: string, at: string) =>
  invalidAt(
    'invalid_query',
    at,
    `${name} leads to many records; only fields of one can be used here`,
    'Aggregate the collection on the other side instead, grouped by the relation that points here.',
  )

const insideJson = (name: string, at: string) =>
  invalidAt(
    'invalid_query',
    at,
    `${name} is JSON, whose values cannot be grouped or aggregated`,
    'Give the value a field of its own.',
  )
