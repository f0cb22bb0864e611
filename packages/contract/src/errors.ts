/**
 * Every error code the API answers with, and its HTTP status. Codes are stable: clients branch on them.
 * The answer is `application/problem+json` (RFC 9457), see {@link Problem}.
 */
export const errorStatus = {
  // the request itself
  malformed_request: 400,
  malformed_json: 400,
  invalid_body: 400,
  invalid_query: 400,
  unknown_field: 400,
  unknown_operator: 400,
  invalid_value: 400,
  invalid_cursor: 400,
  query_too_complex: 400,
  /** PostgreSQL estimates more work than one query may cause. */
  query_too_expensive: 400,
  invalid_id: 400,
  forbidden_key: 400,
  body_too_large: 413,
  uri_too_long: 414,
  headers_too_large: 431,
  unsupported_media_type: 415,
  request_timeout: 408,
  method_not_allowed: 405,
  // who is asking
  unauthenticated: 401,
  token_expired: 401,
  invalid_credentials: 401,
  invalid_refresh_token: 401,
  /** A code, a link or another secret that is good for one use: wrong, used or too old. */
  invalid_secret: 401,
  account_disabled: 403,
  email_not_verified: 403,
  /** The latest proof of who the caller is lies too far back for this, or a second factor is missing: `POST /auth/step-up`. */
  step_up_required: 403,
  /** Cookies came without the header `X-CSRF-Token` of their session. */
  invalid_csrf_token: 403,
  /** Whoever asks has not shown to be no robot: `botToken`. */
  bot_check_failed: 403,
  forbidden: 403,
  field_not_writable: 403,
  // what is asked for
  not_found: 404,
  collection_not_found: 404,
  record_not_found: 404,
  unique_violation: 409,
  reference_violation: 409,
  conflict: 409,
  /** An account has the e-mail address that a provider names, without proof that is good here: sign in to it, then link the provider. */
  link_required: 409,
  /** The first request with this Idempotency-Key is still running. */
  idempotency_in_progress: 409,
  /** The Idempotency-Key was used with another request. */
  idempotency_key_reused: 422,
  /** Other transactions were in the way, also when tried again. */
  transaction_conflict: 409,
  version_conflict: 412,
  validation_failed: 422,
  // collection definitions
  invalid_definition: 422,
  lossy_change: 409,
  plan_outdated: 409,
  schema_change_failed: 409,
  /** The collection logs no images of its records, so nobody can be told of changes. */
  realtime_unavailable: 409,
  /** The collection keeps no history, or no trash. */
  not_kept: 409,
  /** A test of a rule failed, so nothing was changed. */
  rule_test_failed: 409,
  // load and faults
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
  query_timeout: 503,
} as const

export type ErrorCode = keyof typeof errorStatus

/** One thing that is wrong with the input. `path` is dotted, list items by index: `tags.2`, `filter.views.$gte`. */
export interface ErrorItem {
  path: string
  code: string
  message: string
}

/** The body of every error answer (RFC 9457). */
export interface Problem {
  /** `urn:holdfast:error:<code>` */
  type: string
  title: string
  status: number
  code: ErrorCode
  /** What went wrong, in one sentence. */
  detail: string
  /** What to do next, where that is known. */
  hint?: string
  /** The same id is in the server's log and in the `x-request-id` header. */
  requestId: string
  errors?: ErrorItem[]
  /** Of a batch: the place of the operation that failed. */
  operation?: number
}
