import type { RuleDefinition } from '@holdfast/contract'

/** The data of the server as plain objects, and who asks. The reference evaluator knows nothing else. */

export type Value = string | number | boolean | null | readonly string[]
export type Row = { readonly id: string; readonly [field: string]: Value }

export type Kind = 'text' | 'integer' | 'select' | 'boolean' | 'decimal' | 'date' | 'tags' | 'computed' | 'one' | 'many'

export interface ModelField {
  readonly kind: Kind
  /** Relations: the collection on the other side. */
  readonly target?: string
  /** Computed: the field it is made from, doubled. */
  readonly from?: string
}

/** A collection: its fields, and the relations by which others point at it. */
export interface Model {
  readonly name: string
  readonly fields: Readonly<Record<string, ModelField>>
  readonly inverses: Readonly<Record<string, { readonly source: string; readonly via: string }>>
}

export interface World {
  readonly models: Readonly<Record<string, Model>>
  readonly rules: Record<string, readonly RuleDefinition[]>
  readonly rows: Record<string, Row[]>
}

/** Who asks. Without an id nobody is signed in. */
export interface Asker {
  readonly id?: string
  /** Named roles beside `public` and `user`. */
  readonly roles: readonly string[]
}

export const allRoles = ({ id, roles }: Asker): readonly string[] => ['public', ...(id ? ['user', ...roles] : [])]

/** The rows a relation leads to, in order; none where it is empty. */
export function relatedRows(world: World, model: Model, row: Row, name: string): Row[] {
  const inverse = model.inverses[name]
  if (inverse) return world.rows[inverse.source]!.filter((other) => holds(other[inverse.via], row.id))
  const ids = row[name]
  const target = world.rows[model.fields[name]!.target!]!
  const wanted = Array.isArray(ids) ? (ids as readonly string[]) : ids === null ? [] : [ids as string]
  return wanted.flatMap((id) => target.filter((other) => other.id === id))
}

const holds = (value: Value | undefined, id: string): boolean =>
  value === id || (Array.isArray(value) && value.includes(id))

export const targetOf = (world: World, model: Model, name: string): Model =>
  world.models[model.inverses[name]?.source ?? model.fields[name]!.target!]!

export const isRelation = (model: Model, name: string): boolean =>
  name in model.inverses || ['one', 'many'].includes(model.fields[name]?.kind ?? '')
