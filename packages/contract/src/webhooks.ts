import type { ConditionJson, Json } from './definition.js'

export const webhookEvents = ['create', 'update', 'delete'] as const

export type WebhookEvent = (typeof webhookEvents)[number]

/** Where deliveries go, and of what. */
export interface WebhookDefinition {
  url: string
  description?: string
  collection: string
  events: WebhookEvent[]
  /** Records it is about, in the query grammar; of an update either the record before or after. */
  filter?: ConditionJson
  /** Fields of the payload. Left out: all that are not hidden. */
  fields?: string[]
  /** Changes of one record are delivered one after the other; a delivery that fails holds the next ones of its record back. */
  ordered?: boolean
  /** Default true. */
  enabled?: boolean
}

/** What of a webhook is to change. Null takes a filter, fields or a description away. */
export interface WebhookChange extends Partial<Omit<WebhookDefinition, 'description' | 'filter' | 'fields'>> {
  description?: string | null
  filter?: ConditionJson | null
  fields?: string[] | null
}

export interface Webhook extends WebhookDefinition {
  id: string
  ordered: boolean
  enabled: boolean
  createdAt: string
  /** Why it was disabled, when it was not an admin who did. */
  disabledReason: string | null
  /** The last characters of its secrets, newest first. */
  secretHints: string[]
}

/** The secret is shown once: at create, and when it is rotated. */
export interface WebhookWithSecret extends Webhook {
  /** `whsec_…` */
  secret: string
}

/** `pending`: not tried yet, or to be tried again at `nextAttemptAt`. `failed`: given up after the last attempt. */
export const deliveryStates = ['pending', 'delivered', 'failed', 'cancelled'] as const

export type DeliveryState = (typeof deliveryStates)[number]

export interface WebhookDelivery {
  /** The `webhook-id`: the same in every attempt. */
  id: string
  webhook: string
  event: string
  record: string | null
  state: DeliveryState
  createdAt: string
  nextAttemptAt: string | null
  attempts: DeliveryAttempt[]
  /** The body that is sent. Left out in lists. */
  payload?: WebhookPayload
}

export interface DeliveryAttempt {
  at: string
  durationMs: number
  /** HTTP status; null where there was no answer. */
  status: number | null
  /** Why it failed, in words that tell nothing of the network of the server. */
  error: string | null
  /** Beginning of the answer. */
  response: string | null
}

/** Which deliveries are to be sent again: those made from `from` on and before `to`, ISO 8601. */
export interface ResendRange {
  from: string
  to: string
  /** Those that failed, where nothing is said. */
  states?: DeliveryState[]
}

/** What a receiver gets: the body of a delivery. */
export interface WebhookPayload {
  /** `posts.created`, `posts.updated`, `posts.deleted`, `test` */
  type: string
  /** When the change was made, ISO 8601. */
  timestamp: string
  data: {
    record: { [field: string]: Json }
    /** Of an update: the record before it. */
    before?: { [field: string]: Json }
  }
}
