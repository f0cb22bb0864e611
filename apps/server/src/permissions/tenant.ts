import type { Collection } from '../collections/index.js'
import { type Condition, currentTeam, FieldComparison, KnownCondition } from '../query/index.js'

/** How records of a collection marked `tenant` are bound to the team of the caller. */
export interface Tenant {
  /** The field that says to which team a record belongs. */
  readonly field: string
  /** The record belongs to the team the caller has switched to. Of nobody who has switched to none. */
  readonly condition: Condition
  /** The caller has switched to a team. */
  readonly known: Condition
}

const teamIsKnown = new KnownCondition([currentTeam])

/** Undefined where records belong to no team. */
export function tenantOf({ definition, fields, name }: Collection): Tenant | undefined {
  if (definition.tenant === undefined) return undefined
  const field = fields.get(definition.tenant)
  // A definition is checked before it is applied: whatever came past that must not open the records of all teams.
  if (!field) throw new Error(`The tenant field of ${name} is missing`)
  return { field: field.name, condition: new FieldComparison('eq', field, currentTeam), known: teamIsKnown }
}
