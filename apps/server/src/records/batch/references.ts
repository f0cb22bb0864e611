import type { Json } from '@holdfast/contract'
import { invalidAt } from '../../lib/index.js'

/** `$0.id`: what an earlier operation of the batch gave. */
export interface Reference {
  /** Where it stands in the request: `operations.1.data.post`. */
  readonly path: string
  /** The operation it refers to. */
  readonly operation: number
  readonly fields: readonly string[]
}

/** After the number comes the name of a field and, where its value is JSON or a list, what is inside. `$1.50` is a price. */
const referencePattern = /^\$(\d+)\.([a-zA-Z][\w-]*(?:\.[\w-]+)*)$/
/** With one `$` more it is the text itself. */
const escapedPattern = /^\$\$+\d+\./

/** Every reference within a value, at whatever depth. */
export function findReferences(value: Json, path: string): Reference[] {
  if (typeof value === 'string') {
    const match = referencePattern.exec(value)
    return match ? [{ path, operation: Number(match[1]), fields: match[2]!.split('.') }] : []
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, member]) => findReferences(member, `${path}.${key}`))
}

/** Where references find what they stand for. */
export interface ReferenceSource {
  resultOf(operation: number): Json
  /** Told of each value that is put in the place of a reference. */
  taken(value: Json, path: string): void
}

/** The value with what its references stand for. @throws invalid_body where one stands for nothing */
export function resolveReferences(value: Json, path: string, source: ReferenceSource): Json {
  if (typeof value === 'string') {
    const [reference] = findReferences(value, path)
    if (reference) {
      const found = lookUp(reference, source.resultOf(reference.operation))
      source.taken(found, path)
      return found
    }
    return escapedPattern.test(value) ? value.slice(1) : value
  }
  if (typeof value !== 'object' || value === null) return value
  const resolve = (member: Json, key: string | number) => resolveReferences(member, `${path}.${key}`, source)
  if (Array.isArray(value)) return value.map(resolve)
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, resolve(member, key)]))
}

/**
 * What the result holds there. Objects are refused: one that somebody else has stored could be an operator where it is put.
 * A field the caller may not read is not in the result, so that it is like one that does not exist.
 */
function lookUp({ path, operation, fields }: Reference, result: Json): Json {
  let value: Json | undefined = result
  for (const field of fields) value = memberOf(value, field)
  const name = fields.join('.').slice(0, 60)
  if (value === undefined)
    throw invalidAt('invalid_body', path, `The result of operation ${operation} has no ${name} that you may read`)
  if (!isPlain(value) && !(Array.isArray(value) && value.every(isPlain)))
    throw invalidAt('invalid_body', path, `${name} of operation ${operation} is an object; refer to one of its values`)
  return value
}

function memberOf(value: Json | undefined, name: string): Json | undefined {
  if (Array.isArray(value)) return /^\d{1,9}$/.test(name) ? value[Number(name)] : undefined
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? value[name] : undefined
}

const isPlain = (value: Json): boolean => typeof value !== 'object' || value === null
