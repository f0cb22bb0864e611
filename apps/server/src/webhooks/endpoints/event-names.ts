import type { WebhookEvent } from '@holdfast/contract'

const pastOf: Readonly<Record<WebhookEvent, string>> = { create: 'created', update: 'updated', delete: 'deleted' }

/** `posts.created` */
export const eventName = (collection: string, event: WebhookEvent): string => `${collection}.${pastOf[event]}`

/** The parts of `posts.created`; undefined for what is no name of an event. */
export function parseEventName(text: string): { collection: string; event: WebhookEvent } | undefined {
  const [collection = '', past, ...rest] = text.split('.')
  const found = Object.entries(pastOf).find(([, word]) => word === past)
  return found && rest.length === 0 ? { collection, event: found[0] as WebhookEvent } : undefined
}
