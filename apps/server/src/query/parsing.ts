import { type Json, limits } from '@holdfast/contract'
import { invalidAt, nearestWord } from '../lib/index.js'
import type { Reader } from './reader.js'
import type { FieldShape, RecordShape } from './shape.js'
import type { UserVariable } from './variables.js'

export type JsonObject = { [key: string]: Json }

/** What one parse carries along: the caller's `users` shape where variables are allowed, and how much it has seen. */
export interface Parsing {
  readonly users: RecordShape | undefined
  /** Values are texts of a URL, whose type the field decides. */
  readonly text: boolean
  readonly variables: UserVariable[]
  terms: number
  relations: number
}

/** Where a measured condition stands. */
export interface Around {
  /** What may be asked of the collection. */
  readonly reader: Reader
  /** In a rule, which must not depend on what other records there are. */
  readonly rule: boolean
}

/** @throws query_too_complex for one condition too many */
export function countTerm(parsing: Parsing, at: string): void {
  parsing.terms += 1
  if (parsing.terms > limits.filterTerms)
    throw invalidAt('query_too_complex', at, `A query may have ${limits.filterTerms} conditions`)
}

/** @throws query_too_complex for one relation too many */
export function countRelation(parsing: Parsing, at: string): void {
  parsing.relations += 1
  if (parsing.relations > limits.filterRelations)
    throw invalidAt('query_too_complex', at, `A query may follow ${limits.filterRelations} relations in its filter`)
}

/** Only names that the reader may use are proposed: a name that is closed changes nothing of the answer. */
export const unknownField = (at: string, name: string, reader?: Reader) =>
  invalidAt(
    'unknown_field',
    at,
    `${shorten(name)} is not a field that can be used here`,
    reader && proposeField(name, reader),
  )

export function proposeField(name: string, reader: Reader): string | undefined {
  const meant = nearestWord(
    name,
    reader.collection.names.filter((known) => reader.readable(known)),
  )
  return meant === undefined ? undefined : `Did you mean ${meant}?`
}

export const unknownOperator = (at: string, operator: string, shape: FieldShape) =>
  invalidAt(
    'unknown_operator',
    at,
    `${shorten(operator)} cannot be used on ${shorten(shape.name)}`,
    `Use one of ${[...shape.operators].join(' ')}${pathHint(operator, shape)}.`,
  )

/** `{ author: { name: … } }` is how others write what is a path here. */
const pathHint = (operator: string, { name, relation, inside }: FieldShape): string =>
  !operator.startsWith('$') && (relation || inside) ? `, or a path: "${shorten(`${name}.${operator}`)}"` : ''

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Texts of a caller as they may stand in a message. */
export const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text)
