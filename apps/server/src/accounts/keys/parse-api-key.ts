import type { Action, ApiKeyLimits, NewApiKey } from '@holdfast/contract'
import { AppError, invalidAt, parseNetwork } from '../../lib/index.js'

/** What a key is limited to, checked. Undefined: as it is. Null: not limited. */
export interface CheckedLimits {
  readonly collections?: readonly string[] | null
  readonly actions?: readonly Action[] | null
  readonly addresses?: readonly string[] | null
  readonly origins?: readonly string[] | null
  readonly expiresAt?: Date | null
}

/** `idOf` gives the id of a collection. @throws invalid_value, naming what is wrong */
export function parseLimits(
  { collections, actions, addresses, origins, expiresAt }: Partial<ApiKeyLimits>,
  idOf: (name: string) => string | undefined,
): CheckedLimits {
  return {
    collections: mapList(
      'collections',
      collections,
      (name, path) => idOf(name) ?? refuse(path, 'There is no such collection'),
    ),
    actions: actions && [...new Set(actions)],
    addresses: mapList('addresses', addresses, (text, path) =>
      parseNetwork(text) ? text : refuse(path, 'This is no address or network', 'Such as 203.0.113.7 or 10.0.0.0/8'),
    ),
    origins: mapList('origins', origins, (text, path) =>
      isOrigin(text) ? text : refuse(path, 'This is no origin', 'Such as https://app.example.com, without a path'),
    ),
    expiresAt: parseEnd(expiresAt),
  }
}

/** A key says who it is in one way. @throws invalid_value */
export function checkHolder({ kind, roles, user }: NewApiKey): void {
  if (user !== undefined && roles !== undefined)
    refuse('roles', 'The key has the roles of its user', 'Limit it by collections and actions.')
  if (kind !== 'publishable') return
  if (user !== undefined) refuse('user', 'A publishable key can be seen by anyone: it acts as nobody')
  if (roles?.includes('admin')) refuse('roles', 'A publishable key can be seen by anyone: it is no admin')
}

function mapList(
  name: string,
  list: readonly string[] | null | undefined,
  check: (text: string, path: string) => string,
): string[] | null | undefined {
  return list && [...new Set(list.map((text, at) => check(text, `${name}.${at}`)))]
}

const isOrigin = (text: string): boolean => URL.parse(text)?.origin === text && text !== 'null'

function parseEnd(text: string | null | undefined): Date | null | undefined {
  if (text === null || text === undefined) return text
  const end = new Date(text)
  if (Number.isNaN(end.getTime())) refuse('expiresAt', 'expiresAt must be a time')
  if (end.getTime() <= Date.now()) refuse('expiresAt', 'expiresAt must be in the future')
  return end
}

function refuse(path: string, message: string, hint?: string): never {
  throw invalidAt('invalid_value', path, message, hint)
}

/** @throws forbidden */
export const onlyOwn = (): AppError =>
  new AppError('forbidden', 'A key acts as a service account, or as yourself', {
    hint: 'Make a service account: POST /api/v1/admin/service-accounts. To act as a person: POST /api/v1/admin/users/{id}/impersonate.',
  })
