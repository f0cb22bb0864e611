import type { SchemaStep } from '@holdfast/contract'

/** Records to count before anything changes. The SQL uses the names of before the change. */
export interface Probe {
  readonly sql: string
  /** In words: `12 records have a value`. */
  readonly describe: (count: number) => string
}

/** One step of a change, as the pure diff gives it: what it costs is not known yet. */
export interface DdlStep {
  readonly kind: string
  readonly collection: string
  readonly field?: string
  /** In words, without what the probes count. */
  readonly description: string
  readonly sql: readonly string[]
  readonly lock: SchemaStep['lock']
  /** The table it changes as it is named before the change; undefined for a new one. */
  readonly table?: string
  /** Records that lose data. */
  readonly loss?: Probe
  /** The triggers of the change log come and go with columns: that is run, and not worth a line of the plan. */
  readonly internal?: boolean
  /** Records that make the step impossible. */
  readonly obstacle?: Probe
}

/** `1 record has`, `12 records have`. */
export const records = (count: number, one: string, many: string): string =>
  `${count} ${count === 1 ? `record ${one}` : `records ${many}`}`
