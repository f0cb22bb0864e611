import type { ConditionJson, SubscribeRequest } from '@holdfast/contract'
import { operands, spellings } from './ways-out.js'

/** What to be told of, without a name. */
export type Question = Omit<SubscribeRequest, 'id'>

/** Every way in which a subscription to documents can name a field. */
export function subscribingWays(name: string, value: unknown): Question[] {
  const conditions: object[] = [
    ...Object.entries(operands(value)).map(([operator, operand]) => ({ [name]: { [operator]: operand } })),
    ...Object.values(spellings({ [name]: value })),
    { [`${name}.inside`]: { $ne: 'x' } },
  ]
  const collection = 'docs'
  return [
    ...conditions.map((filter) => ({ collection, filter: filter as ConditionJson })),
    ...conditions.slice(0, 3).map((filter) => ({ collection, filter: filter as ConditionJson, snapshot: true })),
    ...[name, `-${name}`, `parent.${name}`].map((sort) => ({ collection, sort, snapshot: true, limit: 2 })),
    ...[name, `id,${name}`, `parent.${name}`].map((fields) => ({ collection, fields })),
    ...[name, `parent(fields:${name})`, `children(sort:${name})`, `owner(expand(docs(fields:${name})))`].map(
      (expand) => ({ collection, expand, snapshot: true }),
    ),
  ]
}

/** As the query string of a stream. */
export const toQuery = ({ filter, ...rest }: Question): Record<string, string> => ({
  ...Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value)])),
  ...(filter && { filter: JSON.stringify(filter) }),
})
