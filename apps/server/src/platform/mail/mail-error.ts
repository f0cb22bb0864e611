/** A mail that was not taken. When `permanent`, sending it again would end the same way. */
export class MailError extends Error {
  constructor(
    message: string,
    readonly permanent: boolean,
    cause?: unknown,
  ) {
    super(message, { cause })
    this.name = 'MailError'
  }
}
