import type { RealtimeReply } from '@holdfast/contract'
import { explain } from '../platform/http/index.js'
import type { Log } from '../platform/log/index.js'

/** What an error is about: the message it answers, and a subscription or channel that is over. */
export interface ErrorSubject {
  readonly ref?: string
  readonly subscription?: string
  readonly channel?: string
}

/** Whatever was thrown, as a message. What went wrong on our side goes to the log. */
export function toErrorReply(error: unknown, subject: ErrorSubject, log: Log): RealtimeReply {
  const { code, status, detail, options } = explain(error)
  if (status >= 500) log.error({ code, err: options.cause ?? error }, detail)
  return {
    type: 'error',
    ...subject,
    code,
    detail,
    ...(options.hint !== undefined && { hint: options.hint }),
    ...(options.errors !== undefined && { errors: options.errors }),
  }
}
