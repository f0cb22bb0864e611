import type { Json, RealtimeRequest } from '@holdfast/contract'
import { invalidAt, nearestWord } from '../../lib/index.js'
import { parseSubscribeMessage, type RawSubscription } from '../subscriptions/parse-subscribe.js'

type MessageType = RealtimeRequest['type']

/** A message whose shape is as it should be. What is inside of subscriptions and channels is theirs to judge. */
export type SocketMessage = { readonly ref: string | undefined } & (
  | { readonly type: 'auth'; readonly token: string }
  | { readonly type: 'subscribe'; readonly id: string; readonly subscription: RawSubscription }
  | { readonly type: 'unsubscribe'; readonly id: string }
  | { readonly type: 'join'; readonly channel: string; readonly presence: Json | undefined }
  | { readonly type: 'leave'; readonly channel: string }
  | {
      readonly type: 'send'
      readonly channel: string
      readonly event: Json | undefined
      readonly payload: Json | undefined
    }
  | { readonly type: 'presence'; readonly channel: string; readonly state: Json | undefined }
  | { readonly type: 'ping' }
)

type Members = { readonly [name: string]: Json | undefined }

/** What each message may hold beside `type` and `ref`. */
const membersOf: Readonly<Record<MessageType, readonly string[]>> = {
  auth: ['token'],
  subscribe: ['id', 'collection', 'record', 'filter', 'fields', 'expand', 'snapshot', 'sort', 'limit', 'since'],
  unsubscribe: ['id'],
  join: ['channel', 'presence'],
  leave: ['channel'],
  send: ['channel', 'event', 'payload'],
  presence: ['channel', 'state'],
  ping: [],
}
const types = Object.keys(membersOf) as MessageType[]

const maxNameLength = 100
const maxTokenLength = 4096

/** What the answer to a message is marked with, where it can be told. */
export const refOf = (message: unknown): string | undefined => {
  const ref = (message as Members).ref
  return typeof ref === 'string' && ref.length <= maxNameLength ? ref : undefined
}

/** @throws invalid_body, invalid_value, unknown_field, invalid_query, query_too_complex */
export function parseMessage(message: unknown): SocketMessage {
  if (Array.isArray(message)) throw invalidAt('invalid_body', '', 'A message must be an object')
  const members = message as Members
  const type = typeOf(members)
  for (const name of Object.keys(members)) checkMember(name, type)
  if (members['ref'] !== undefined && refOf(members) === undefined) throw notAName('ref')
  const ref = refOf(members)
  if (type === 'ping') return { type, ref }
  if (type === 'auth') return { type, ref, token: text(members, 'token', maxTokenLength) }
  if (type === 'unsubscribe') return { type, ref, id: text(members, 'id') }
  if (type === 'subscribe')
    return {
      type,
      ref,
      id: text(members, 'id'),
      subscription: parseSubscribeMessage(members as { [name: string]: Json }),
    }
  return { ref, ...toChannelMessage(type, text(members, 'channel'), members) }
}

function toChannelMessage(type: 'join' | 'leave' | 'send' | 'presence', channel: string, members: Members) {
  const { presence, event, payload, state } = members
  if (type === 'join') return { type, channel, presence }
  if (type === 'send') return { type, channel, event, payload }
  return type === 'presence' ? { type, channel, state } : { type, channel }
}

function typeOf({ type }: Members): MessageType {
  const known = types.find((name) => name === type)
  if (known) return known
  throw invalidAt('invalid_value', 'type', 'There is no message of this type', `Use ${types.join(', ')}.`)
}

function checkMember(name: string, type: MessageType): void {
  const known = ['type', 'ref', ...membersOf[type]]
  if (known.includes(name)) return
  const shown = name.slice(0, 60)
  const meant = nearestWord(shown, known)
  throw invalidAt(
    'unknown_field',
    shown,
    `A message of type ${type} has no ${shown}`,
    meant === undefined ? `Use ${known.join(', ')}.` : `Did you mean ${meant}?`,
  )
}

function text(members: Members, name: string, maxLength = maxNameLength): string {
  const value = members[name]
  if (typeof value !== 'string' || value.length === 0 || value.length > maxLength || !value.isWellFormed())
    throw notAName(name, maxLength)
  return value
}

const notAName = (name: string, maxLength = maxNameLength) =>
  invalidAt('invalid_value', name, `${name} must be a text of 1 to ${maxLength} characters`)
