import { limits } from '@holdfast/contract'
import { invalidAt } from '../../lib/index.js'
import { RowScope } from '../../permissions/index.js'
import { jsonPlace, type ReadableField, readableField, relatedReader } from '../../query/index.js'
import type { FieldPath, Hop } from './aggregate-query.js'

/**
 * `author.team` → the relations to follow and the field, or the place in its JSON.
 * @throws unknown_field for a name the caller may not read, as for one that does not exist; invalid_query for a path to many
 */
export function parsePath(text: string, scope: RowScope, at: string): FieldPath {
  const names = text.split('.')
  if (names.length > limits.expandDepth + limits.jsonPathDepth) throw tooManyHops(at)
  return { name: text, ...follow(names, scope, at, []) }
}

function follow(names: readonly string[], scope: RowScope, at: string, hops: readonly Hop[]): Omit<FieldPath, 'name'> {
  const [name, ...rest] = names as [string, ...string[]]
  const field = readableField(scope, name, at)
  if (rest.length === 0 || field.shape.inside) return { hops, ...endAt(field, rest, at) }
  const target = relatedReader(field.shape, scope, at)
  if (field.shape.relation?.kind !== 'one' || !(target instanceof RowScope)) throw leadsToMany(name, at)
  if (hops.length === limits.expandDepth - 1) throw tooManyHops(at)
  const way = [...hops.map(({ relation }) => relation.name), name].join('.')
  return follow(rest, target, at, [...hops, { name: way, relation: field.shape, mask: field.mask, scope: target }])
}

function endAt(field: ReadableField, inJson: readonly string[], at: string): Pick<FieldPath, 'field' | 'mask'> {
  const { relation, name } = field.shape
  if (relation && relation.kind !== 'one') throw leadsToMany(name, at)
  const { shape, mask } = inJson.length === 0 ? field : jsonPlace(field, inJson, at)
  return { field: shape, mask }
}

const tooManyHops = (at: string) =>
  invalidAt('query_too_complex', at, `A path may follow ${limits.expandDepth - 1} relations`)

const leadsToMany = (name: string, at: string) =>
  invalidAt(
    'invalid_query',
    at,
    `${name} leads to many records; only fields of one can be used here`,
    'Aggregate the collection on the other side instead, grouped by the relation that points here.',
  )
