/** Thrown by a handler that knows when to be tried again; counts as an attempt like any other. */
export class RetryLater extends Error {
  constructor(
    message: string,
    readonly afterSeconds: number,
    cause?: unknown,
  ) {
    super(message, { cause })
    this.name = 'RetryLater'
  }
}

/** Thrown by a handler for which trying again is of no use: the job has failed. */
export class GiveUp extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'GiveUp'
  }
}
