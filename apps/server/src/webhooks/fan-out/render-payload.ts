import type { Json, WebhookPayload } from '@holdfast/contract'
import type { Change, RecordImage } from '../../changes/index.js'
import type { Field } from '../../collections/index.js'
import type { Endpoint } from '../endpoints/endpoint.js'
import { eventName } from '../endpoints/event-names.js'

/** What a receiver gets to know of a change, whose images tell all lists. */
export function renderPayload({ action, recordId, before, after, at }: Change, endpoint: Endpoint): WebhookPayload {
  return {
    type: eventName(endpoint.collection.name, action),
    timestamp: at,
    data: {
      record: pickFields(after ?? before ?? { id: recordId }, endpoint.fields),
      ...(action === 'update' && before !== null && { before: pickFields(before, endpoint.fields) }),
    },
  }
}

/** A field that was added since has no value yet. */
const pickFields = (image: RecordImage, fields: readonly Field[]): { [field: string]: Json } =>
  Object.fromEntries(fields.map(({ name }) => [name, image[name] ?? null]))
