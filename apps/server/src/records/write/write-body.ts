import { type Collection, type Field, type SqlValue } from '../../collections/index.js'
import { newId } from '../../lib/index.js'
import type { Operation } from './parse-operation.js'

/** A checked body: what is written into the record's row, and into the lists of its to-many relations. */
export interface WriteBody {
  readonly columns: ReadonlyMap<Field, SqlValue>
  readonly lists: ReadonlyMap<Field, readonly string[]>
  /** Fields whose value or list is not what they become, but what an operator makes of the present one. */
  readonly operations: ReadonlyMap<Field, Operation>
  /** Fields the caller left out and the server filled: no rule must allow the caller to set them. */
  readonly made: ReadonlySet<Field>
}

/** Says nothing. Stands for a body that was refused, so that the rest can be looked at. */
export const emptyBody: WriteBody = { columns: new Map(), lists: new Map(), operations: new Map(), made: new Set() }

/** The fields the caller gave a value for. */
export const givenFields = (body: WriteBody): Field[] =>
  [...body.columns.keys(), ...body.lists.keys()].filter((field) => !body.made.has(field))

/** The body with an id: a new one where it has none. */
export function withId(body: WriteBody, collection: Collection): WriteBody {
  const id = collection.fields.get('id')!
  if (body.columns.has(id)) return body
  return { ...body, columns: new Map([[id, newId()], ...body.columns]) }
}

/** The id of a record to be created. */
export const idOf = (body: WriteBody): string => {
  for (const [field, value] of body.columns) if (field.name === 'id') return value as string
  throw new Error('A created record has no id')
}

/** Equal for writes that one statement can do: they name the same fields, and change them in the same ways. */
export const nameChanges = (fields: readonly Field[], operations: WriteBody['operations']): string =>
  fields.map((field) => `${field.name}${operations.get(field)?.operator ?? ''}`).join(' ')

/** Places of the bodies that name the same fields, so that each group is one statement. */
export function groupByFields(bodies: readonly WriteBody[]): number[][] {
  const groups = new Map<string, number[]>()
  let last: WriteBody | undefined
  let group: number[] = []
  for (const [place, body] of bodies.entries()) {
    // Most are like the one before them, and that is soon seen.
    if (last === undefined || !isAlike(body, last)) {
      const key = nameChanges([...body.columns.keys(), ...body.lists.keys()], body.operations)
      group = groups.get(key) ?? []
      groups.set(key, group)
    }
    group.push(place)
    last = body
  }
  return [...groups.values()]
}

const isAlike = (body: WriteBody, other: WriteBody): boolean =>
  body.operations.size + other.operations.size === 0 &&
  haveSameKeys(body.columns, other.columns) &&
  haveSameKeys(body.lists, other.lists)

function haveSameKeys(one: ReadonlyMap<Field, unknown>, other: ReadonlyMap<Field, unknown>): boolean {
  if (one.size !== other.size) return false
  const keys = other.keys()
  for (const key of one.keys()) if (key !== keys.next().value) return false
  return true
}
