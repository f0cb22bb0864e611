import type { CollectionDefinition } from '@holdfast/contract'

/** What the first line of a backup says. */
export interface BackupHeader {
  readonly format: 1
  readonly createdAt: string
  readonly server: string
  readonly definitions: readonly CollectionDefinition[]
  readonly roles: readonly { readonly name: string; readonly description: string | null }[]
}

/** Begins the rows of a collection, or those of one of its lists of relations. */
export interface TableLine {
  readonly collection: string
  /** Set for the list of a relation with `many`: rows are `[source, target, position]`. */
  readonly list?: string
  /** Names of the fields that rows have, in their order. */
  readonly fields: readonly string[]
}

/** Ends them. */
export interface TableEnd {
  readonly rows: number
}

/** The last line: a file without it is not whole. */
export interface BackupEnd {
  readonly end: true
  readonly collections: number
  readonly records: number
}

/** A row: each value as PostgreSQL writes it as text, or null. */
export type Row = readonly (string | null)[]

/** Lines longer than this are no rows of ours. */
export const maxLineBytes = 256 * 1024 * 1024
