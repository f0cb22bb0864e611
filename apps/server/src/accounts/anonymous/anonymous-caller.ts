import type { Request } from 'express'
import type { GuardedRequest } from '../../auth/index.js'

/**
 * The anonymous user who asks, and becomes whoever signs up with this request: see `NewAccount.upgradeOf`. An admin who
 * acts as such a user makes nobody a person.
 */
export function anonymousCaller(request: Request): string | undefined {
  const { principal } = request as GuardedRequest
  const isAnonymous =
    principal.kind === 'user' && principal.roles.includes('anonymous') && principal.impersonatorId === undefined
  return isAnonymous ? principal.userId : undefined
}
