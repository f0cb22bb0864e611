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

/** The fields the caller gave a value for. */
export const givenFields = (body: WriteBody): Field[] =>
  [...body.columns.keys(), ...body.lists.keys()].filter((field) => !body.made.has(field))

/** The body with an id, of the client's choice or a new one. */
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
  const keyOf = (place: number): string => {
    const { columns, lists, operations } = bodies[place]!
    return nameChanges([...columns.keys(), ...lists.keys()], operations)
  }
  return [...Map.groupBy(bodies.keys(), keyOf).values()]
}
