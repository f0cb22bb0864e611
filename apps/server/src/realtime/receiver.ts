import type { RealtimeReply } from '@holdfast/contract'
import type { Principal } from '../auth/index.js'

/** An event as text, shared by all who get the same. */
export interface EventText {
  /** The cursor: `id` of the event. */
  readonly id: string
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
