import type { RealtimeReply } from '@holdfast/contract'
import type { EventText } from './receiver.js'

/** What a connection is told: an event of a subscription, or a reply. */
export type Told =
  | { readonly subscription: string; readonly event: EventText; readonly reply?: undefined }
  | { readonly reply: RealtimeReply; readonly event?: undefined }

/** The subscription whose events it is one of, or whose place it tells. */
export function subscriptionOf(told: Told): string | undefined {
  if (told.event) return told.subscription
  return told.reply.type === 'position' ? told.reply.subscription : undefined
}

/** Of what was kept back, what may still be sent: what came of a channel before the error that ended it was told by rights that are no more. */
export function dropVoid(told: readonly Told[]): Told[] {
  const closed = new Set<string>()
  const kept: Told[] = []
  for (const item of told.toReversed()) {
    const channel = channelOf(item)
    if (channel !== undefined && closed.has(channel)) continue
    if (channel !== undefined && item.reply?.type === 'error') closed.add(channel)
    kept.push(item)
  }
  return kept.reverse()
}

const channelOf = ({ reply }: Told): string | undefined => (reply && 'channel' in reply ? reply.channel : undefined)
