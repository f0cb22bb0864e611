/** What a principal may do: stored rules → CASL ability → condition trees → scopes that plans are built from. */
export { bindingsOf } from './bindings.js'
export type { PresetValue } from './compile-rules.js'
export { missingFields } from './missing-fields.js'
export { PermissionsService, requireScope } from './permissions.service.js'
export { presetToSql } from './preset-sql.js'
export { RowScope, type WriteGrant, WriteScope } from './row-scope.js'
export { Scopes } from './scopes.js'
export { dependsOn, readsOwnTable } from './write-conditions.js'
