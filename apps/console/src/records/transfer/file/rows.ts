/** One record of a file, its values in the order of the columns. */
export interface Row {
  /** Where it begins in the file, from 1. In a JSON array: which one it is. */
  readonly line: number
  readonly cells: readonly unknown[]
  /** Why it cannot be read. */
  readonly problem?: string
}

/** Some rows of a file, as they are read. */
export interface Batch {
  readonly columns: readonly string[]
  readonly rows: readonly Row[]
  /** How far the file is read. */
  readonly bytes: number
  /** CSV: what stands between cells. */
  readonly delimiter?: string
}

export const fileFormats = ['csv', 'ndjson', 'json'] as const

export type FileFormat = (typeof fileFormats)[number]

/** How a file is to be read. */
export interface ReadOptions {
  readonly format: FileFormat
  /** CSV: the first row names the columns. */
  readonly hasHeader: boolean
  /** CSV: what stands between cells; empty: whatever seems to. */
  readonly delimiter: string
  /** JSON: the keys that are wanted. Left out: those of the first records. */
  readonly columns?: readonly string[]
}

/** What a name ends with says what is in it. */
export function formatOf(name: string): FileFormat {
  if (/\.(ndjson|jsonl)$/i.test(name)) return 'ndjson'
  return /\.json$/i.test(name) ? 'json' : 'csv'
}
