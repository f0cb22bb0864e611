import type { Principal } from '../auth/index.js'
import type { Bindings } from '../query/index.js'

/** Who asks, as statements take it. */
export const bindingsOf = (principal: Principal): Bindings =>
  principal.kind === 'user'
    ? { userId: principal.userId, roles: ['public', 'user', ...principal.roles], teamId: principal.team }
    : { roles: principal.kind === 'key' ? ['public', ...principal.roles] : ['public'] }
