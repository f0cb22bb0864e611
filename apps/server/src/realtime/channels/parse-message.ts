import { type ChannelMember, type Json, limits } from '@holdfast/contract'
import { defineError, invalidAt } from '../../lib/index.js'

const tooLarge = defineError('body_too_large')

/** Bytes of what one member shows of itself. */
const stateBytes = 1024
const eventLength = 100

/** The name of what is sent, for its receivers to tell it apart. @throws invalid_value */
export function parseEvent(event: unknown): string {
  if (typeof event === 'string' && event.length > 0 && event.length <= eventLength && event.isWellFormed()) return event
  throw invalidAt('invalid_value', 'event', `event must be a text of 1 to ${eventLength} characters`)
}

/** @throws invalid_value, body_too_large */
export function parsePayload(payload: Json | undefined): Json {
  if (payload === undefined) throw invalidAt('invalid_value', 'payload', 'payload is required; it may be null')
  checkBytes(payload, limits.channelMessageBytes, 'A message to a channel')
  return payload
}

/** @throws invalid_value, body_too_large */
export function parseState(state: unknown, path: string): ChannelMember['state'] {
  if (typeof state !== 'object' || state === null || Array.isArray(state))
    throw invalidAt('invalid_value', path, `${path} must be an object`)
  checkBytes(state as Json, stateBytes, 'What a member shows of itself')
  return state as ChannelMember['state']
}

function checkBytes(value: Json, most: number, what: string): void {
  if (Buffer.byteLength(JSON.stringify(value)) > most) throw tooLarge(`${what} has at most ${most} bytes of JSON`)
}
