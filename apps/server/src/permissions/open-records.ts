import type { ConditionJson } from '@holdfast/contract'
import type { Collection } from '../collections/index.js'
import { compileRules, type RoleSet } from './compile-rules.js'
import { RowScope } from './row-scope.js'

/** A rule about records that is not one of their collection: of a channel. */
export interface RecordRule {
  readonly role: string
  readonly conditions?: ConditionJson | undefined
}

const readsNothingElse = (): undefined => undefined

/**
 * The records that such rules open: a scope to ask whether a record is one of them, not to read it. Undefined when none.
 * `roles` is undefined for admins, who pass every rule.
 */
export function openRecords(
  rules: readonly RecordRule[],
  collection: Collection,
  users: Collection,
  roles: RoleSet | undefined,
): RowScope | undefined {
  if (!roles) return RowScope.everything(collection, 'admins pass every rule', readsNothingElse)
  const definitions = rules.map(({ role, conditions }) => ({
    role,
    action: 'read' as const,
    fields: ['id'],
    ...(conditions && { conditions }),
  }))
  return RowScope.ofRules('read', collection, compileRules(collection, users, roles, definitions), readsNothingElse)
}
