import type { Json } from '@holdfast/contract'
import { invalidAt } from '../../lib/index.js'
import { parseQueryBody, parseQueryString, type RawListQuery } from '../../records/index.js'

/** What somebody asks to be told of, its parts told apart: what they name is checked against rules later. */
export interface RawSubscription {
  readonly collection: string
  readonly record: string | undefined
  readonly query: RawListQuery
  readonly snapshot: boolean
  readonly since: string | undefined
}

const listParts = ['filter', 'fields', 'expand', 'sort', 'limit'] as const
const ownParts = ['collection', 'record', 'snapshot', 'since'] as const

/** The query string of `GET /realtime`. @throws invalid_query, invalid_value, query_too_complex */
export function parseSubscribeQuery(search: string): RawSubscription {
  const all = new URLSearchParams(search)
  const own: { [name: string]: Json } = {}
  for (const name of ownParts) {
    const [value, ...more] = all.getAll(name)
    if (more.length > 0) throw invalidAt('invalid_query', name, `${name} is given more than once`)
    if (value !== undefined) own[name] = name === 'snapshot' ? flagOf(value) : value
    all.delete(name)
  }
  return { ...parseOwn(own), query: parseQueryString(all.toString(), listParts, ownParts) }
}

/** A message of a socket; what else it holds than the subscription is left alone. @throws as for the query string */
export function parseSubscribeMessage(message: { readonly [name: string]: Json }): RawSubscription {
  const list = Object.fromEntries(
    listParts.flatMap((name) => (message[name] === undefined ? [] : [[name, message[name]]])),
  )
  return { ...parseOwn(message), query: parseQueryBody(list) }
}

function parseOwn({ collection, record, snapshot, since }: { readonly [name: string]: Json | undefined }) {
  if (typeof collection !== 'string')
    throw invalidAt('invalid_query', 'collection', 'collection must be the name of a collection')
  if (record !== undefined && (typeof record !== 'string' || !uuid.test(record)))
    throw invalidAt('invalid_value', 'record', 'record must be the id of a record')
  if (snapshot !== undefined && typeof snapshot !== 'boolean')
    throw invalidAt('invalid_value', 'snapshot', 'snapshot must be true or false')
  if (since !== undefined && typeof since !== 'string')
    throw invalidAt('invalid_value', 'since', 'since must be the id of an event')
  return { collection, record: record?.toLowerCase(), snapshot: snapshot === true, since }
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

const flagOf = (text: string): Json => (text === 'true' || text === 'false' ? text === 'true' : text)
