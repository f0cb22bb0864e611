import type { CollectionDefinition } from '@holdfast/contract'

/** How many days something is kept; undefined: for ever, or not at all. */
export const daysOf = (kept: CollectionDefinition['history']): number | undefined =>
  typeof kept === 'object' ? kept.days : undefined

/** Trash that says nothing else. */
const defaultTrashDays = 30

/** How many days deleted records can be restored; undefined where they cannot. */
export const trashDaysOf = ({ trash }: CollectionDefinition): number | undefined =>
  trash ? (daysOf(trash) ?? defaultTrashDays) : undefined
