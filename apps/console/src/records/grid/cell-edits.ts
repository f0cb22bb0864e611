import type { FieldDefinition, Json } from '@holdfast/contract'
import type { GridRecord } from './record-list'

/** A value that was typed into a cell and is not the server's yet. */
export interface Draft {
  readonly value: Json
  /** Why the server did not take it; it is kept until it is mended or given up. */
  readonly error?: string
}

/** By record, then by field. */
export type Drafts = ReadonlyMap<string, ReadonlyMap<string, Draft>>

export function withDraft(drafts: Drafts, id: string, field: string, draft: Draft | undefined): Drafts {
  const fields = new Map(drafts.get(id))
  if (draft) fields.set(field, draft)
  else fields.delete(field)
  const next = new Map(drafts)
  if (fields.size > 0) next.set(id, fields)
  else next.delete(id)
  return next
}

/** Why a cell cannot be changed here; undefined where it can. */
export function whyReadOnly(field: FieldDefinition, record: GridRecord, isSystem: boolean): string | undefined {
  if (isSystem) return `${field.name} is set by the server`
  if (field.type === 'computed') return `${field.name} is computed: ${field.expression ?? ''}`
  if (field.immutable) return `${field.name} cannot change once the record is made`
  if (record[field.name] === undefined) return `${field.name} is hidden from you`
  return undefined
}
