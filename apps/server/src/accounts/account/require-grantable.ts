import { isInPerson, type Principal } from '../../auth/index.js'
import { AppError } from '../../lib/index.js'
import type { Executor } from '../../platform/db/index.js'
import { requireRoles } from './require-roles.js'

/**
 * Nobody gives more than they have: only admins come here, who have all there is; but a key that leaks must not make an
 * admin that outlives it. @throws forbidden, validation_failed for roles that do not exist
 */
export async function requireGrantable(tx: Executor, principal: Principal, roles: readonly string[]): Promise<void> {
  if (roles.includes('admin') && !isInPerson(principal))
    throw new AppError('forbidden', 'The role admin is given by admins in person, not by an API key')
  await requireRoles(tx, roles)
}
