import type { ConditionJson, Webhook, WebhookEvent } from '@holdfast/contract'
import type { ChangeCursor } from '../../changes/index.js'
import type { Schema } from '../../collections/index.js'
import { AppError } from '../../lib/index.js'

/** What an admin says of a webhook, checked. */
export interface WebhookValues {
  readonly url: string
  readonly description: string | null
  readonly collectionId: string
  readonly events: readonly WebhookEvent[]
  readonly filter: ConditionJson | null
  readonly fields: readonly string[] | null
  readonly ordered: boolean
  readonly enabled: boolean
}

/** A webhook as it is stored. Its collection is kept by id, so that it survives a new name. */
export interface StoredWebhook extends WebhookValues {
  readonly id: string
  readonly disabledReason: string | null
  readonly createdAt: string
  /** The end of the log when it was enabled. */
  readonly from: ChangeCursor
  readonly revision: number
  readonly secretHints: readonly string[]
}

/** The webhook as admins see it. */
export function describeWebhook(stored: StoredWebhook, schema: Schema): Webhook {
  const { id, url, description, collectionId, events, filter, fields, ordered, enabled } = stored
  const collection = [...schema.collections.values()].find((candidate) => candidate.id === collectionId)
  return {
    id,
    url,
    ...(description !== null && { description }),
    collection: collection?.name ?? collectionId,
    events: [...events],
    ...(filter !== null && { filter }),
    ...(fields !== null && { fields: [...fields] }),
    ordered,
    enabled,
    createdAt: stored.createdAt,
    disabledReason: stored.disabledReason,
    secretHints: [...stored.secretHints],
  }
}

export const noSuchWebhook = (): AppError => new AppError('not_found', 'There is no such webhook')
