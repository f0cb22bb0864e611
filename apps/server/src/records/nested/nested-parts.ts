import type { Collection, Field } from '../../collections/index.js'
import { AppError, invalidAt } from '../../lib/index.js'
import type { FieldShape } from '../../query/index.js'
import { severity } from '../write/problems.js'
import { isRecord, type RawPart } from '../write/raw-record.js'

/** What a body says about the records behind an inverse relation. */
export interface ChildChanges {
  readonly create: readonly RawPart[]
  readonly update: readonly RawPart[]
  readonly delete: readonly RawPart[]
}

/** Names under which a body may hold other records: relations, and inverses of to-one relations. */
interface NestableNames {
  readonly relations: readonly Field[]
  readonly inverses: readonly FieldShape[]
}

const namesOf = new WeakMap<Collection, NestableNames>()

/** Found once for each collection. */
export function nestableNames(collection: Collection): NestableNames {
  let names = namesOf.get(collection)
  if (!names) {
    names = {
      relations: [...collection.fields.values()].filter((field) => field.relation && field.writable),
      inverses: [...collection.inverses.values()].filter((inverse) => viaOf(inverse).relation?.kind === 'one'),
    }
    namesOf.set(collection, names)
  }
  return names
}

/** The field of the child that points at the parent. */
export function viaOf(inverse: FieldShape): Field {
  if (inverse.relation?.kind !== 'inverse') throw new Error(`${inverse.name} is no inverse relation`)
  return inverse.relation.via() as Field
}

/** The collection a relation points at. */
export const targetOf = (relation: FieldShape): Collection => relation.relation!.target() as Collection

/** Does the body hold other records? Asked of every body, so it only looks. */
export function holdsRecords(raw: unknown, collection: Collection): boolean {
  if (!isRecord(raw)) return false
  const { relations, inverses } = nestableNames(collection)
  return (
    relations.some(({ name }) => Object.hasOwn(raw, name) && recordsIn(raw[name]).length > 0) ||
    inverses.some(({ name }) => Object.hasOwn(raw, name))
  )
}

/** An object whose keys start with `$` is an operator, not a record. */
const isNewRecord = (value: unknown): boolean =>
  isRecord(value) && !Object.keys(value).some((key) => key.startsWith('$'))

/** Records to create in the value of a relation: places in its list, or the value itself. */
export function recordsIn(value: unknown): { readonly place: number | undefined; readonly raw: unknown }[] {
  if (!Array.isArray(value)) return isNewRecord(value) ? [{ place: undefined, raw: value }] : []
  return value.flatMap((item, place) => (isNewRecord(item) ? [{ place, raw: item as unknown }] : []))
}

/**
 * The value of an inverse relation: a list, whose items with an id are updated when the parent is, or an object that
 * says what to do with which. @throws invalid_body
 */
export function parseChildChanges(value: unknown, name: string, at: string, parent: 'create' | 'update'): ChildChanges {
  if (Array.isArray(value)) {
    const items = value.map((raw: unknown, index) => ({ at: `${name}.${index}`, raw }))
    const isKnown = ({ raw }: RawPart) => parent === 'update' && isRecord(raw) && Object.hasOwn(raw, 'id')
    return { create: items.filter((item) => !isKnown(item)), update: items.filter(isKnown), delete: [] }
  }
  if (!isRecord(value)) throw invalidAt('invalid_body', at, `${at} must be a list of records`)
  const allowed = parent === 'create' ? ['create'] : ['create', 'update', 'delete']
  for (const key of Object.keys(value))
    if (!allowed.includes(key))
      throw invalidAt(
        'invalid_body',
        `${at}.${key}`,
        `${at} takes ${allowed.join(', ')}, not ${key.slice(0, 60)}`,
        'Records that are to be created are a list.',
      )
  const listOf = (key: string): RawPart[] => {
    const list = Object.hasOwn(value, key) ? value[key] : []
    if (!Array.isArray(list)) throw invalidAt('invalid_body', `${at}.${key}`, `${at}.${key} must be a list`)
    return list.map((raw: unknown, index) => ({ at: `${name}.${key}.${index}`, raw }))
  }
  return { create: listOf('create'), update: listOf('update'), delete: listOf('delete') }
}

/** Several refusals as one: those of the most basic kind, all together. */
export function mergeRefusals(refusals: readonly AppError[]): AppError {
  const codes: readonly string[] = severity
  const rank = ({ code }: AppError) => (codes.includes(code) ? codes.indexOf(code) : codes.length)
  const first = [...refusals].sort((a, b) => rank(a) - rank(b))[0]!
  const errors = refusals.filter(({ code }) => code === first.code).flatMap(({ options }) => options.errors ?? [])
  if (errors.length <= (first.options.errors?.length ?? 0)) return first
  return new AppError(first.code, `${errors.length} fields are invalid`, { ...first.options, errors })
}
