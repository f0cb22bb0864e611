import type { Request } from 'express'
import { type GuardedRequest, isInPerson } from '../../auth/index.js'

/**
 * The anonymous user who asks, and becomes whoever signs up with this request: see `NewAccount.upgradeOf`. An admin who
 * acts as such a user, or a key, makes nobody a person.
 */
export function anonymousCaller(request: Request): string | undefined {
  const { principal } = request as GuardedRequest
  return isInPerson(principal) && principal.roles.includes('anonymous') ? principal.userId : undefined
}
