import type { AdminUserInfo } from '@holdfast/contract'
import { invalidAt } from '../../lib/index.js'
import { type PageQuery, parsePageQuery } from '../page-query.js'

/** What list of users is asked for. */
export interface UserQuery extends PageQuery {
  /** A part of the e-mail address, phone number or name, or the whole id. */
  readonly search?: string
  readonly role?: string
  readonly kind?: AdminUserInfo['kind']
  readonly disabled?: boolean
  /** The first who came, first. */
  readonly oldestFirst?: boolean
}

const kinds = ['person', 'anonymous', 'service']
const maxSearchLength = 200

/** @throws invalid_query, invalid_cursor */
export function parseUserQuery(raw: Readonly<Record<string, unknown>>): UserQuery {
  const { search, role, kind, disabled, sort, ...page } = raw
  const wrong = (path: string, message: string) => invalidAt('invalid_query', path, message)
  if (search !== undefined && (typeof search !== 'string' || search.length > maxSearchLength))
    throw wrong('search', `search must be a text of at most ${maxSearchLength} characters`)
  if (role !== undefined && typeof role !== 'string') throw wrong('role', 'role must be the name of a role')
  if (kind !== undefined && !kinds.includes(kind as string))
    throw wrong('kind', `kind must be one of ${kinds.join(', ')}`)
  if (disabled !== undefined && disabled !== 'true' && disabled !== 'false')
    throw wrong('disabled', 'disabled must be true or false')
  if (sort !== undefined && sort !== 'createdAt' && sort !== '-createdAt')
    throw wrong('sort', 'sort must be createdAt or -createdAt')
  return {
    ...parsePageQuery(page),
    ...(sort === 'createdAt' && { oldestFirst: true }),
    ...(search !== undefined && search.trim() !== '' && { search: search.trim() }),
    ...(role !== undefined && { role }),
    ...(kind !== undefined && { kind: kind as AdminUserInfo['kind'] }),
    ...(disabled !== undefined && { disabled: disabled === 'true' }),
  }
}
