import { namePattern } from '@holdfast/contract'
import { AppError, invalidAt } from '../../lib/index.js'

/** The header by which admins read as somebody else. */
export const viewAsHeader = 'x-view-as'

/** As whom. */
export type ViewTarget =
  | { readonly kind: 'public' }
  | { readonly kind: 'user'; readonly id: string; readonly team: string | undefined }
  | { readonly kind: 'roles'; readonly roles: readonly string[] }
  | { readonly kind: 'key'; readonly id: string }

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const userPattern = new RegExp(`^(${uuid})(?:@(${uuid}))?$`)
const keyPattern = new RegExp(`^${uuid}$`)
const maxRoles = 20

/** `user:<id>`, `user:<id>@<team>`, `role:<name>,<name>`, `key:<id>` or `public`. @throws invalid_value */
export function parseViewAs(header: string): ViewTarget {
  if (header === 'public') return { kind: 'public' }
  const colon = header.indexOf(':')
  const [kind, rest] = [header.slice(0, colon), header.slice(colon + 1)]
  if (kind === 'user') {
    const [, id, team] = userPattern.exec(rest.toLowerCase()) ?? []
    if (id !== undefined) return { kind, id, team }
  } else if (kind === 'key') {
    if (keyPattern.test(rest.toLowerCase())) return { kind, id: rest.toLowerCase() }
  } else if (kind === 'role') {
    const roles = [...new Set(rest.split(','))].sort()
    if (roles.length <= maxRoles && roles.every((role) => namePattern.test(role))) return { kind: 'roles', roles }
  }
  throw wrongTarget(
    'X-View-As must be user:<id>, role:<name>, key:<id> or public',
    'A user in a team is user:<id>@<team>; several roles are parted by commas.',
  )
}

export const wrongTarget = (message: string, hint?: string): AppError =>
  invalidAt('invalid_value', 'X-View-As', message, hint)
