import { type Json, limits, type UpdateOperator, updateOperators } from '@holdfast/contract'
import { type Field, type JsonOperator, parseJsonChange, type Report } from '../../collections/index.js'
import type { RowScope } from '../../permissions/index.js'
import { isJsonKey } from '../../query/index.js'
import { hasOperator, type Operation, openRows, refuseUnreadable } from './parse-operation.js'
import type { Problems } from './problems.js'

/** Parts of one field that a body may change: each makes the value anew. */
const mostParts = 100

/** A place inside the value of a json field. */
export interface JsonPart {
  readonly field: string
  readonly keys: readonly string[]
}

/** `facts.airports.count` → the field, which may be none, and the keys. */
export function splitPart(name: string): JsonPart {
  const [field, ...keys] = name.split('.') as [string, ...string[]]
  return { field, keys }
}

/** What a body changes inside json fields: `{"facts.airports.count": {"$inc": 1}, "facts.note": "new"}`. */
export class JsonParts {
  readonly #changes = new Map<Field, { readonly keys: readonly string[]; readonly text: string }[]>()

  constructor(
    private readonly action: 'create' | 'update',
    private readonly readable: RowScope | undefined,
    private readonly problems: Problems,
    private readonly report: Report,
  ) {}

  add(field: Field, keys: readonly string[], value: Json, path: string): void {
    const text = this.#isPlace(field, keys, path) ? this.#parse(field, keys, value, path) : undefined
    if (text === undefined) return
    const others = this.#changes.get(field) ?? []
    if (others.some((other) => isWithin(keys, other.keys) || isWithin(other.keys, keys)))
      this.#refuse(path, 'conflict', `${path} and a part of it, or what it is part of, cannot both be changed`)
    else if (others.length === mostParts)
      this.#refuse(path, 'too_many', `A body may change ${mostParts} parts of ${field.name}`)
    else this.#changes.set(field, [...others, { keys, text }])
  }

  /** By field, the operand of all that is changed in it. */
  *changes(): Generator<[Field, { readonly operand: string; readonly operation: Operation }]> {
    for (const [field, parts] of this.#changes) {
      const operand = `[${parts.map(({ text }) => text).join(',')}]`
      yield [field, { operand, operation: { operator: 'parts', open: openRows(field, this.readable) } }]
    }
  }

  /** The body gives the whole value as well. */
  refuseBoth({ name }: Field, at: string): void {
    const path = at === '' ? name : `${at}.${name}`
    this.#refuse(path, 'conflict', `${path} cannot be set and changed in part at once`)
  }

  #isPlace(field: Field, keys: readonly string[], path: string): boolean {
    if (this.action === 'create') {
      const hint = `Give ${field.name} as a whole.`
      this.#refuse(path, 'no_such_place', `${path} names a part of what is not there yet`, hint)
      return false
    }
    if (keys.length <= limits.jsonPathDepth && keys.every(isJsonKey)) return true
    this.#refuse(
      path,
      'no_such_place',
      `${path.slice(0, 60)} must have 1 to ${limits.jsonPathDepth} keys, none of them empty`,
    )
    return false
  }

  #parse(field: Field, keys: readonly string[], value: Json, path: string): string | undefined {
    const [operator, operand] = this.#operatorOf(value, path)
    if (operator === undefined) return undefined
    // Whether there is a place for the part tells of the value that is there.
    if (!this.readable?.readable(field.name))
      return void refuseUnreadable('Changing a part', path, field.name, this.problems)
    return parseJsonChange(keys, operator, operand, operator === '$set' ? path : `${path}.${operator}`, this.report)
  }

  #operatorOf(value: Json, path: string): [JsonOperator, Json] | [undefined] {
    if (!hasOperator(value)) return ['$set', value]
    const [name, ...others] = Object.keys(value) as [string, ...string[]]
    const operator = updateOperators.find((known) => known === name)
    if (operator && others.length === 0) return [operator satisfies UpdateOperator, value[name]!]
    if (operator) this.#refuse(path, 'too_many', `${path} takes one operator at a time`)
    else {
      const hint = `Use one of ${updateOperators.join(' ')}.`
      const at = `${path}.${name}`.slice(0, 200)
      this.problems.add('unknown_operator', at, 'unknown_operator', `${name.slice(0, 60)} changes nothing`, hint)
    }
    return [undefined]
  }

  #refuse(path: string, code: string, message: string, hint?: string): void {
    this.problems.add('invalid_body', path.slice(0, 200), code, message, hint)
  }
}

const isWithin = (keys: readonly string[], place: readonly string[]): boolean =>
  place.every((key, index) => keys[index] === key)
