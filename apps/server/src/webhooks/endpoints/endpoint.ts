import type { Json, WebhookEvent } from '@holdfast/contract'
import { asImaged, type Collection, type Field, type Schema } from '../../collections/index.js'
import { defineError } from '../../lib/index.js'
import { RowScope } from '../../permissions/index.js'
import { type Condition, parseFilter, unknownField } from '../../query/index.js'
import type { WebhookValues } from './webhook.js'

const realtimeUnavailable = defineError('realtime_unavailable')

/** What of a webhook must fit the collection. */
export type EndpointSource = Pick<WebhookValues, 'collectionId' | 'events' | 'filter' | 'fields'>

/** A webhook that fits the schema of now. */
export interface Endpoint {
  readonly collection: Collection
  /** Of the collection as images have it. */
  readonly scope: RowScope
  readonly events: ReadonlySet<WebhookEvent>
  readonly condition: Condition
  /** What the payload holds, in the order of the definition. */
  readonly fields: readonly Field[]
}

/**
 * Checks a webhook against the schema.
 * @throws collection_not_found, realtime_unavailable; unknown_field and what a filter may be refused for, with the path
 */
export function compileEndpoint({ collectionId, events, filter, fields }: EndpointSource, schema: Schema): Endpoint {
  const collection = [...schema.collections.values()].find(({ id }) => id === collectionId)
  if (!collection) throw defineError('collection_not_found')('The collection was deleted')
  if ((collection.definition.changeLog ?? 'full') !== 'full')
    throw realtimeUnavailable(`${collection.name} does not log its changes`, {
      hint: 'Set "changeLog": "full" in the definition of the collection.',
    })
  const scope = RowScope.everything(asImaged(collection), 'an admin says what a webhook tells, and to whom')
  return {
    collection,
    scope,
    events: new Set(events),
    condition: parseFilter((filter ?? undefined) as Json | undefined, scope),
    fields: fields ? chooseFields(fields, collection, scope) : openFields(collection),
  }
}

const openFields = (collection: Collection): Field[] => [...collection.fields.values()].filter(({ hidden }) => !hidden)

function chooseFields(names: readonly string[], collection: Collection, scope: RowScope): Field[] {
  for (const [index, name] of names.entries())
    if (!collection.fields.has(name)) throw unknownField(`fields.${index}`, name, scope)
  return [...collection.fields.values()].filter(({ name }) => name === 'id' || names.includes(name))
}
