import type { RealtimeEventType } from '@holdfast/contract'
import type { ChangeLog } from '../changes/index.js'
import type { Told } from './judge/judge-changes.js'
import type { EventText } from './receiver.js'
import type { View } from './view/view.js'

/** The event of a change, as text that all who share the view get. */
export function toEvent({ type, change, record }: Told, { key, collection }: View, log: ChangeLog): EventText {
  return eventText(log.seal(change.cursor, key), type, collection.name, change.at, record)
}

/** `record` is JSON. Ids, types and names of collections need no escapes. */
export function eventText(
  id: string,
  type: RealtimeEventType,
  collection: string,
  at: string,
  record?: string,
): EventText {
  const shown = record === undefined ? '' : `"record":${record},`
  return { id, type, json: `{"id":"${id}","type":"${type}","collection":"${collection}",${shown}"at":"${at}"}` }
}
