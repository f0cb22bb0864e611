import type { CollectionDefinition, FieldDefinition } from '@holdfast/contract'

/** A collection before and after, among all others. */
export interface Change {
  readonly before: CollectionDefinition
  readonly next: CollectionDefinition
  readonly current: readonly CollectionDefinition[]
  readonly wanted: readonly CollectionDefinition[]
  /** Its table as it is named before. */
  readonly table: string
}

/** The id of the collection a relation points at. */
export const targetId = ({ collection }: FieldDefinition, all: readonly CollectionDefinition[]): string | undefined =>
  all.find(({ name }) => name === collection)?.id
