import type { RealtimeReply } from '@holdfast/contract'
import type { EventText } from '../receiver.js'

let lastEvent: EventText | undefined
let lastText: Buffer

/**
 * One event. What a group of receivers gets is told to one after the other: the bytes of the last event serve all of them. A
 * snapshot has no id of its own: whoever lost a part of it must not go on behind it.
 */
export function toEventText(event: EventText): Buffer {
  if (event === lastEvent) return lastText
  lastEvent = event
  const id = event.type === 'snapshot' ? '' : `id: ${event.id}\n`
  lastText = Buffer.from(`${id}data: ${onOneLine(event.json)}\n\n`)
  return lastText
}

/** Moves the id the client comes back with, and is no event. */
export const toPositionText = (id: string): Buffer => Buffer.from(`id: ${id}\n\n`)

export const toErrorText = (reply: RealtimeReply): Buffer =>
  Buffer.from(`event: error\ndata: ${JSON.stringify(reply)}\n\n`)

export const toRetryText = (ms: number): Buffer => Buffer.from(`retry: ${ms}\n\n`)

/** Between the tokens of JSON a line break is a space; inside of texts there is none. */
const onOneLine = (json: string): string => (/[\r\n]/.test(json) ? json.replaceAll(/[\r\n]/g, ' ') : json)
