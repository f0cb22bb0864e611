import type { ConditionJson, Json } from './definition.js'
import type { ErrorCode, ErrorItem } from './errors.js'

/**
 * What a subscription tells. `enter` and `leave`: an update brought a record into the filter and the rules, or out of them.
 * `reset`: what was told before may no longer hold (the log was trimmed, rules or roles have changed): read anew.
 * `ready`: all of the snapshot, or of what was missed, has been told; from here on it is live.
 */
export const realtimeEvents = ['snapshot', 'create', 'update', 'delete', 'enter', 'leave', 'reset', 'ready'] as const

export type RealtimeEventType = (typeof realtimeEvents)[number]

/** What to be told of. Over SSE it is the query string, over WebSocket a message of type `subscribe`. */
export interface SubscribeRequest {
  /** WebSocket: names the subscription on this socket. */
  id?: string
  collection: string
  /** One record. */
  record?: string
  filter?: ConditionJson
  /** As in a list: `title,author`. */
  fields?: string | string[]
  expand?: string | string[]
  /** First tell the records there are: at most `limit` (default 1000), in the order of `sort`. */
  snapshot?: boolean
  sort?: string | string[]
  limit?: number
  /** Go on after this event. */
  since?: string
}

/** One event of a subscription. */
export interface RealtimeEvent<T = { [field: string]: Json }> {
  /** WebSocket: the subscription. */
  subscription?: string
  /** Where to go on after it: `since`, or `Last-Event-ID`. */
  id: string
  type: RealtimeEventType
  collection: string
  /** As the receiver may read it. `delete` and `leave`: the id only. `reset` and `ready`: none. */
  record?: T
  /** When the change was made, ISO 8601. */
  at: string
}

/** What a client sends over WebSocket. Every message that has a `ref` is answered with it. */
export type RealtimeRequest =
  /** Who is asking. The first message, unless the handshake had a token; again before the token expires. */
  | { type: 'auth'; token: string; ref?: string }
  | ({ type: 'subscribe'; ref?: string } & SubscribeRequest & { id: string })
  | { type: 'unsubscribe'; id: string; ref?: string }
  | { type: 'join'; channel: string; presence?: { [key: string]: Json }; ref?: string }
  | { type: 'leave'; channel: string; ref?: string }
  | { type: 'send'; channel: string; event: string; payload: Json; ref?: string }
  /** Changes what others see of one's own presence in a channel. */
  | { type: 'presence'; channel: string; state: { [key: string]: Json }; ref?: string }
  | { type: 'ping'; ref?: string }

/** What the server sends over WebSocket beside {@link RealtimeEvent}. */
export type RealtimeReply =
  | { type: 'ok'; ref?: string }
  /** `subscription` or `channel` where it is about one, which is then over. */
  | {
      type: 'error'
      ref?: string
      subscription?: string
      channel?: string
      code: ErrorCode
      detail: string
      hint?: string
      errors?: ErrorItem[]
    }
  | { type: 'pong'; ref?: string }
  /** Nothing was missed up to here. `subscription` may go on after `id`. Sent now and then where nothing happens. */
  | { type: 'position'; subscription: string; id: string }
  /** The server is about to close: come back after so many milliseconds. */
  | { type: 'goodbye'; retryAfterMs: number; reason: string }
  | ChannelMessage

/** What members of a channel get. */
export type ChannelMessage =
  | { type: 'message'; channel: string; event: string; payload: Json; from: ChannelMember; at: string }
  /** All who are there, after joining. */
  | { type: 'presences'; channel: string; members: ChannelMember[] }
  | { type: 'joined' | 'changed' | 'left'; channel: string; member: ChannelMember }

export interface ChannelMember {
  /** Of the connection: a user may be there more than once. */
  id: string
  /** Null for nobody signed in. */
  user: string | null
  state: { [key: string]: Json }
}

export const channelActions = ['join', 'send', 'presence'] as const

export type ChannelAction = (typeof channelActions)[number]

/**
 * A kind of channel. Members meet in `<name>` or, where it goes with a collection, in `<name>/<record id>`. Without a rule
 * that opens it, a channel is closed. `presence` is to be seen and to see who is there.
 */
export interface ChannelDefinition {
  name: string
  description?: string
  /** Each record of it has a channel; conditions of the rules are about that record. */
  collection?: string
  rules: ChannelRule[]
}

export interface ChannelRule {
  role: string
  action: ChannelAction | ChannelAction[]
  conditions?: ConditionJson
}

/** Close codes of WebSocket beyond the standard ones. */
export const realtimeCloseCodes = {
  /** The session has ended, or the token expired: sign in again. */
  unauthenticated: 4401,
  /** Too slow a reader: come back with the id of the last event. */
  slow: 4408,
  /** Something that is no message of this protocol, or too much of it. A message that is too large closes with 1009. */
  protocol: 4400,
  /** The server stops: come back. */
  restart: 1012,
} as const
