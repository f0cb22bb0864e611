import type { Schema } from '../../collections/index.js'
import { invalidAt } from '../../lib/index.js'
import type { OutboundHttp } from '../../platform/outbound/index.js'
import type { NewWebhookRequest, SubscribeHookRequest, WebhookChangeRequest } from '../webhooks.dto.js'
import { compileEndpoint } from './endpoint.js'
import { parseEventName } from './event-names.js'
import type { StoredWebhook, WebhookValues } from './webhook.js'

/** What a webhook is checked against. */
interface Grounds {
  readonly schema: Schema
  readonly outbound: OutboundHttp
}

/** @throws validation_failed, realtime_unavailable, unknown_field and what filters are refused for, with the path */
export function parseWebhook(raw: NewWebhookRequest, grounds: Grounds): WebhookValues {
  return check(
    {
      url: raw.url,
      description: raw.description ?? null,
      collectionId: findCollection(raw.collection, grounds.schema),
      events: [...new Set(raw.events)],
      filter: raw.filter ?? null,
      fields: raw.fields ? [...new Set(raw.fields)] : null,
      ordered: raw.ordered ?? false,
      enabled: raw.enabled ?? true,
    },
    grounds,
  )
}

/** What is not said stays; a webhook that is disabled need not fit the collection. */
export function parseWebhookChange(raw: WebhookChangeRequest, stored: StoredWebhook, grounds: Grounds): WebhookValues {
  for (const name of ['url', 'collection', 'events', 'ordered', 'enabled'] as const)
    if (raw[name] === null) throw invalidAt('validation_failed', name, `${name} must not be null`)
  const { collection, events, fields } = raw
  const values: WebhookValues = {
    url: raw.url ?? stored.url,
    description: raw.description === undefined ? stored.description : raw.description,
    collectionId: collection === undefined ? stored.collectionId : findCollection(collection, grounds.schema),
    events: events ? [...new Set(events)] : stored.events,
    filter: raw.filter === undefined ? stored.filter : raw.filter,
    fields: fields === undefined ? stored.fields : fields && [...new Set(fields)],
    ordered: raw.ordered ?? stored.ordered,
    enabled: raw.enabled ?? stored.enabled,
  }
  const disables = Object.keys(raw).every((name) => name === 'enabled') && !values.enabled
  return disables ? values : check(values, grounds)
}

/** What Zapier and its like say. @throws validation_failed */
export function parseSubscription(raw: SubscribeHookRequest, grounds: Grounds): WebhookValues {
  const url = raw.target_url ?? raw.targetUrl ?? raw.hookUrl
  if (url === undefined) throw invalidAt('validation_failed', 'target_url', 'target_url is required')
  const { collection, event } = parseEvent(raw.event)
  const description = 'Subscribed by a REST hook'
  const collectionId = findCollection(collection, grounds.schema, 'event')
  const rest = { filter: null, fields: null, ordered: false, enabled: true }
  return check({ url, description, collectionId, events: [event], ...rest }, grounds)
}

/** @throws validation_failed */
export function parseEvent(text: unknown): NonNullable<ReturnType<typeof parseEventName>> {
  const parsed = typeof text === 'string' ? parseEventName(text) : undefined
  if (parsed) return parsed
  const hint = 'Give posts.created, posts.updated or posts.deleted, where posts is a collection.'
  throw invalidAt('validation_failed', 'event', 'event must be the name of an event', hint)
}

/** Whoever tries webhooks out has the receiver on the same machine. */
const howToOpen = 'The setting OUTBOUND_ALLOW opens private networks, hosts and ports, such as 127.0.0.1:3000.'

function findCollection(name: string, { collections }: Schema, at = 'collection'): string {
  const collection = collections.get(name)
  if (collection) return collection.id
  throw invalidAt('validation_failed', at, `There is no collection "${name}"`)
}

function check(values: WebhookValues, { schema, outbound }: Grounds): WebhookValues {
  const fault = outbound.findFault(values.url)
  if (fault) {
    const hint = fault.failure === 'refused_address' ? howToOpen : undefined
    throw invalidAt('validation_failed', 'url', fault.message, hint)
  }
  compileEndpoint(values, schema)
  return values
}
