import type { RealtimeReply } from '@holdfast/contract'
import type { EventText } from '../receiver.js'

/** What a connection is told: an event of a subscription, or a reply. */
export type Told =
  | { readonly subscription: string; readonly event: EventText; readonly reply?: undefined }
  | { readonly reply: RealtimeReply; readonly event?: undefined; readonly subscription?: undefined }

/**
 * Of what was kept back, what may still be sent: whatever came for a subscription before its `reset`, or for a subscription
 * or a channel before the error that ended it, was told by rights that are no more.
 */
export function dropVoid(told: readonly Told[]): Told[] {
  const over = new Set<string>()
  const kept: Told[] = []
  for (const item of told.toReversed()) {
    const topic = topicOf(item)
    if (topic !== undefined && over.has(topic)) continue
    if (topic !== undefined && makesVoid(item)) over.add(topic)
    kept.push(item)
  }
  return kept.reverse()
}

/** The subscription or channel it is about. */
function topicOf({ subscription, reply }: Told): string | undefined {
  if (subscription !== undefined) return `subscription ${subscription}`
  if ('subscription' in reply && reply.subscription !== undefined) return `subscription ${reply.subscription}`
  return 'channel' in reply && reply.channel !== undefined ? `channel ${reply.channel}` : undefined
}

const makesVoid = ({ event, reply }: Told): boolean => event?.type === 'reset' || reply?.type === 'error'
