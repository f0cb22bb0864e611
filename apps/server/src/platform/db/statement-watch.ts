/** Told of each statement that took long, whoever asked for it. Others cost two readings of the clock. */
export class StatementWatch {
  /** From how long on a statement is told of. */
  slowMs = Number.POSITIVE_INFINITY
  tell: (text: string, tookMs: number) => void = () => {}
}
