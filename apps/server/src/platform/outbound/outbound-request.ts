/** One call to a URL that an admin or a user gave. */
export interface OutboundRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
  /** For all of it: finding the address, connecting, asking and reading the answer. */
  readonly timeoutMs?: number
  /** More of the body is not read. 64 KiB where nothing is said, 256 KiB at most. */
  readonly maxResponseBytes?: number
  /** Ends the call early, such as when the server stops. */
  readonly signal?: AbortSignal
}

/** What came back, whatever the status: a redirect is an answer and is not followed. */
export interface OutboundAnswer {
  readonly ok: true
  readonly status: number
  /** Names in lower case; repeated ones joined by a comma. */
  readonly headers: Readonly<Record<string, string>>
  /** As UTF-8 without NUL, so that it can be stored; empty when it came compressed. */
  readonly body: string
  /** True when the receiver had more to say than was read. */
  readonly truncated: boolean
  readonly durationMs: number
}

/**
 * Why there is no answer. `message` may be shown to whoever gave the URL: it is the same for all hosts and says nothing of
 * the network the server stands in.
 */
export interface OutboundFailure {
  readonly ok: false
  readonly failure: FailureCode
  readonly message: string
  readonly durationMs: number
}

export type OutboundResult = OutboundAnswer | OutboundFailure

const texts = {
  invalid_url: 'Only http and https URLs without a user, on an open port, can be called',
  invalid_request: 'The request has a method or a header that cannot be sent',
  refused_address: 'The host has no public address, nor one that OUTBOUND_ALLOW opens',
  busy: 'Too many calls are under way; try again later',
  timeout: 'The receiver did not answer in time',
  unreachable: 'The receiver could not be reached',
  tls: 'No secure connection could be made: the certificate of the receiver is not valid for it, or its TLS is too old',
  too_large: 'The headers of the answer are too large',
  invalid_answer: 'The receiver did not answer with valid HTTP',
  aborted: 'The call was ended before there was an answer',
} as const

/** `invalid_url`, `invalid_request` and `refused_address` say that nothing was sent. */
export type FailureCode = keyof typeof texts

/** Ends a call; `send` turns it into an {@link OutboundFailure}. The cause is for the log. */
export class OutboundError extends Error {
  constructor(
    readonly failure: FailureCode,
    options?: { detail?: string; cause?: unknown },
  ) {
    super(options?.detail ?? texts[failure], { cause: options?.cause })
    this.name = 'OutboundError'
  }
}
