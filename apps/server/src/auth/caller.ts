import { createParamDecorator, type ExecutionContext } from '@nestjs/common'
import type { GuardedRequest } from './auth.guard.js'
import { notSignedIn } from './auth-errors.js'
import type { UserPrincipal } from './principal.js'

/** A handler's parameter: the signed-in user who calls. @throws unauthenticated when nobody is */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): UserPrincipal => {
  const { principal } = context.switchToHttp().getRequest<GuardedRequest>()
  if (principal.kind !== 'user') throw notSignedIn()
  return principal
})
