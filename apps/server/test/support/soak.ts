import type { TestContext } from 'vitest'

/** The short form of a test runs in CI; `SOAK=1` (`pnpm soak`) runs what the bars ask for. */
export const soak = process.env['SOAK'] === '1'

/** What a test did, what it found, and what it may find at most. */
export interface Finding {
  readonly done: string
  readonly found: string
  readonly bar: string
}

declare module 'vitest' {
  interface TaskMeta {
    finding?: Finding
  }
}

/** Tells `pnpm soak`, which prints it. To be called before what was found is judged. */
export function tell({ task }: TestContext, finding: Finding): void {
  task.meta.finding = finding
}

/** The value that this part of the values stays below: 0.99 for the slowest hundredth. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((left, right) => left - right)
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0)
}
