import { type Action, actions, type ErrorCode, type Json } from '@holdfast/contract'
import type { Collection } from '../../collections/index.js'
import { invalidAt } from '../../lib/index.js'

type JsonObject = { readonly [key: string]: Json }

/** Who is to be explained. */
export type As =
  | { readonly user: string; readonly team?: string }
  | { readonly role: string }
  | { readonly apiKey: string }

/** A checked body of `POST /permissions/explain`; `data` is checked against the collection later. */
export interface ExplainBody {
  readonly as: As
  readonly action: Action
  readonly collection: string
  readonly id: string | undefined
  readonly data: JsonObject | undefined
}

const keys = ['as', 'action', 'collection', 'id', 'data']

/** @throws invalid_body, invalid_value, each with the path */
export function parseExplain(raw: Json): ExplainBody {
  const body = readObject(raw, '', keys)
  const { action, collection, data } = body
  if (typeof action !== 'string' || !actions.includes(action as Action))
    throw wrong('action', `action must be one of ${actions.join(', ')}`)
  if (typeof collection !== 'string') throw wrong('collection', 'collection must be the name of a collection')
  const parsed = {
    as: parseAs(body['as'] ?? null),
    action: action as Action,
    collection,
    id: body['id'] === undefined ? undefined : parseUuid(body['id'], 'id'),
    data: data === undefined ? undefined : readObject(data, 'data'),
  }
  checkRecord(parsed)
  return parsed
}

/** Which record it is about: each action has its way to say so. */
function checkRecord({ action, id, data }: ExplainBody): void {
  if (action === 'create' && id !== undefined)
    throw wrong('id', 'A record to create is given as data', 'Put the id into data to choose it.')
  if (action === 'update' && id === undefined) throw wrong('id', 'Give the id of the record to update')
  if ((action === 'read' || action === 'delete') && (id === undefined) === (data === undefined))
    throw wrong('id', `Give the id of a record to ${action}, or as data a record that might be`)
}

function parseAs(raw: Json): As {
  const as = readObject(raw, 'as', ['user', 'role', 'apiKey', 'team'])
  const { team, ...who } = as
  const [[kind, value] = [], ...more] = Object.entries(who)
  if (kind === undefined || more.length > 0)
    throw wrong(
      'as',
      'as must be {"user": id}, {"role": name} or {"apiKey": id}',
      'Roles are public, user and those of your own.',
    )
  if (kind === 'user')
    return { user: parseUuid(value!, 'as.user'), ...(team !== undefined && { team: parseUuid(team, 'as.team') }) }
  if (team !== undefined) throw wrong('as.team', 'Only a user can have switched to a team')
  if (kind === 'apiKey') return { apiKey: parseUuid(value!, 'as.apiKey') }
  if (typeof value !== 'string') throw wrong('as.role', 'as.role must be the name of a role')
  return { role: value }
}

function parseUuid(value: Json, path: string): string {
  if (typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value))
    return value.toLowerCase()
  throw wrong(path, `${path} must be a UUID`)
}

/** @throws invalid_body for what is no object, and for keys that are not `known` */
export function readObject(raw: Json | undefined, path: string, known?: readonly string[]): JsonObject {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
    throw wrong(
      path,
      path === '' ? 'The body must be an object' : `${path} must be an object`,
      undefined,
      'invalid_body',
    )
  const strange = known && Object.keys(raw).find((key) => !known.includes(key))
  if (strange !== undefined)
    throw wrong(
      path === '' ? strange : `${path}.${strange}`,
      `${strange.slice(0, 60)} is not a key here`,
      `The keys are ${known!.join(', ')}.`,
      'invalid_body',
    )
  return raw
}

const wrong = (path: string, message: string, hint?: string, code: ErrorCode = 'invalid_value') =>
  invalidAt(code, path, message, hint)

/** A collection's name in a body leads nowhere: told at its path. */
export const requireCollection = (
  name: string,
  collections: ReadonlyMap<string, Collection>,
  path = 'collection',
): Collection => {
  const found = collections.get(name)
  if (!found) throw invalidAt('collection_not_found', path, 'There is no such collection')
  return found
}
