/** What the log keeps of an error: enough to find the fault, and nothing that hangs off the error by accident, such as a connection. */
export interface ErrorFacts {
  readonly name: string
  readonly message: string
  readonly stack?: string
  /** SQLSTATE or the code of a system call. */
  readonly code?: string
  /** What PostgreSQL adds. */
  readonly detail?: string
  readonly constraint?: string
  readonly query?: string
  readonly cause?: ErrorFacts
}

export function describeError(error: unknown, depth = 0): ErrorFacts {
  if (!(error instanceof Error)) return { name: 'not an Error', message: String(error) }
  const { code, detail, constraint, query } = error as Partial<ErrorFacts>
  return {
    name: error.name,
    message: error.message,
    stack: error.stack,
    code,
    detail,
    constraint,
    query,
    cause: error.cause === undefined || depth === 3 ? undefined : describeError(error.cause, depth + 1),
  }
}
