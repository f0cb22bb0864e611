import { namePattern } from '@holdfast/contract'
import { invalidAt } from '../../lib/index.js'

const maxRoles = 20

/** Roles in a team, each once. @throws invalid_value */
export function parseTeamRoles(roles: readonly string[]): string[] {
  if (roles.length === 0 || roles.length > maxRoles)
    throw invalidAt('invalid_value', 'roles', `roles must name 1 to ${maxRoles} roles`)
  roles.forEach((role, index) => {
    if (!namePattern.test(role))
      throw invalidAt(
        'invalid_value',
        `roles.${index}`,
        'A role begins with a small letter and goes on with letters, digits and _',
      )
  })
  return [...new Set(roles)]
}
