import type { Json, WebhookPayload } from '@holdfast/contract'
import type { Change, RecordImage } from '../changes/index.js'
import type { Field } from '../collections/index.js'
import type { Endpoint } from './endpoint.js'
import { eventName } from './event-names.js'

/** Finds the ids of a to-many list that the log does not tell, because it did not change. */
export type FindList = (field: Field, recordId: string) => readonly string[]

/** What a receiver gets to know of a change. Both images may be given for an update only. */
export function renderPayload(change: Change, endpoint: Endpoint, findList: FindList): WebhookPayload {
  const { action, recordId, before, after } = change
  const pick = (image: RecordImage) => pickFields(image, endpoint.fields, (field) => findList(field, recordId))
  return {
    type: eventName(endpoint.collection.name, action),
    timestamp: change.at,
    data: {
      record: pick(after ?? before ?? { id: recordId }),
      ...(action === 'update' && before !== null && { before: pick(before) }),
    },
  }
}

/** A field that was added since has no value yet. */
const pickFields = (
  image: RecordImage,
  fields: readonly Field[],
  findList: (field: Field) => readonly string[],
): { [field: string]: Json } =>
  Object.fromEntries(
    fields.map((field) => [field.name, image[field.name] ?? (isList(field) ? [...findList(field)] : null)]),
  )

/** A to-many relation: it has a table of its own. */
export const isList = (field: Field): boolean => field.relation?.kind === 'many'
