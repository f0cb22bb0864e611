import type { UserPrincipal } from '../principal.js'

/** The id of a user who is nobody in particular: no record has it. */
export const nobody = '00000000-0000-0000-0000-000000000000'

/** A user without a session: whose permissions are looked at, and who does nothing. */
export const assumedUser = (userId: string, roles: readonly string[], team?: string): UserPrincipal => ({
  kind: 'user',
  userId,
  sessionId: '',
  roles,
  admin: roles.includes('admin'),
  ...(team !== undefined && { team }),
})
