/** A reason not to start, in one line that says what to do. It is printed without a stack and the process exits with 1. */
export class StartError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'StartError'
  }
}
