import type { CollectionDefinition } from './definition.js'

/** One step of a schema change, in the order it runs. */
export interface SchemaStep {
  /** `createTable`, `dropTable`, `renameTable`, `addColumn`, `dropColumn`, `renameColumn`, `alterType`, … */
  kind: string
  collection: string
  field?: string
  /** In words: "Drop column posts.body (12 records have a value)". */
  description: string
  sql: string[]
  /** Data is or may be lost. */
  lossy: boolean
  /** PostgreSQL lock mode the step takes on the table. */
  lock: 'ACCESS EXCLUSIVE' | 'SHARE ROW EXCLUSIVE' | 'SHARE' | 'ROW EXCLUSIVE' | 'NONE'
  /** Records in the table now. */
  rows: number
}

/** Body of `POST /admin/schema/plan`. Collections not named stay as they are. */
export interface SchemaPlanRequest {
  collections?: CollectionDefinition[]
  /** Names of collections to drop. */
  drop?: string[]
}

/** Answer of `POST /admin/schema/plan`. */
export interface SchemaPlan {
  /** Names this plan on this schema; `apply` refuses another with `plan_outdated`. */
  hash: string
  lossy: boolean
  steps: SchemaStep[]
}

/** Body of `POST /admin/schema/apply`. */
export interface SchemaApplyRequest extends SchemaPlanRequest {
  hash: string
  /** Needed when the plan is lossy. */
  acceptDataLoss?: boolean
}
