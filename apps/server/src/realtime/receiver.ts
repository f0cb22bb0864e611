import type { RealtimeEventType, RealtimeReply } from '@holdfast/contract'
import type { Principal } from '../auth/index.js'

/** An event as text, shared by all who get the same. */
export interface EventText {
  /** The cursor: `id` of the event. */
  readonly id: string
  readonly type: RealtimeEventType
  /** The whole event as JSON object, without the name of a subscription. */
  readonly json: string
}

/** One open connection of a client, an SSE stream or a WebSocket, as subscriptions and channels see it. */
export interface Receiver {
  /** Unique over all nodes. */
  readonly id: string
  /** Who is asking, as of now: replaced when they sign in again or their roles change. */
  readonly principal: Principal
  /** Tells an event of a subscription. Never waits; who reads too slowly is cut. */
  sendEvent(subscription: string, event: EventText): void
  sendReply(reply: RealtimeReply): void
  /**
   * Resolves when little of what was sent still waits for the client, or the connection is over. Whoever tells much at
   * once, as a snapshot or what was missed, waits for it now and then.
   */
  drained(): Promise<void>
  /** Calls `handler` once, when the connection is over. */
  onClose(handler: () => void): void
}

/**
 * Whoever tells receivers by what they may see. Called when a receiver's principal has been replaced; resolves once all that
 * is told from then on goes by the new one, and a `reset` or an error has been sent for what is other or over. Until then
 * the connection keeps back what it is told, and drops of it what a `reset` or an error has made void.
 */
export interface FollowsPrincipal {
  principalChanged(receiver: Receiver): Promise<void>
}
