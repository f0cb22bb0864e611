import type { RealtimeEventType } from '@holdfast/contract'
import type { ChangeLog } from '../../changes/index.js'
import type { Told } from '../judge/judge-changes.js'
import type { EventText } from '../receiver.js'
import type { View } from '../view/view.js'

/** The event of a change, as text that all who share the view get. `mark` says what its id is good for. */
export function toEvent({ type, change, record }: Told, { collection }: View, mark: string, log: ChangeLog): EventText {
  return eventText(log.seal(change.cursor, mark), type, collection.name, change.at, record)
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
