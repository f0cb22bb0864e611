import { AppError } from '../../lib/index.js'
import type { Executor } from '../../platform/db/index.js'

/** @throws validation_failed for roles that do not exist */
export async function requireRoles(tx: Executor, roles: readonly string[]): Promise<void> {
  const { rows } = await tx.run({ text: findUnknown, values: [roles] })
  if (rows.length === 0) return
  const errors = (rows as [string, number][]).map(([role, place]) => ({
    path: `roles.${place - 1}`,
    code: 'unknown_role',
    message: `There is no role "${role}"`,
  }))
  throw new AppError('validation_failed', 'Some of the roles do not exist', {
    errors,
    hint: 'Make the role first: POST /api/v1/admin/roles',
  })
}

const findUnknown = `
  select role, place from unnest($1::text[]) with ordinality as wanted (role, place)
  where role not in (select name from holdfast.roles)`
