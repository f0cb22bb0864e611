/** What a principal may do: stored rules → CASL ability → condition trees → scopes that plans are built from. */
export type { PresetValue } from './compile-rules.js'
export { PermissionsService, requireScope } from './permissions.service.js'
export { RowScope, type WriteGrant, WriteScope } from './row-scope.js'
export { Scopes } from './scopes.js'
