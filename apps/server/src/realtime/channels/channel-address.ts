import type { ChannelDefinitions } from './channel-definitions.js'
import type { CheckedChannel } from './parse-definition.js'

/** What the name of a channel stands for. */
export interface ChannelAddress {
  readonly channel: CheckedChannel
  readonly recordId: string | undefined
}

const recordIdPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * `lobby`, or `rooms/<record id>`, byte for byte: each channel has one name. Undefined for what names none; a definition
 * with a collection has no channel of its own, and one without has none for records.
 */
export function findAddress(name: unknown, definitions: Pick<ChannelDefinitions, 'find'>): ChannelAddress | undefined {
  if (typeof name !== 'string' || name.length > 100) return undefined
  const [kind, recordId, ...rest] = name.split('/')
  const channel = definitions.find(kind!)
  if (!channel || rest.length > 0) return undefined
  if ((channel.collectionId === null) !== (recordId === undefined)) return undefined
  return recordId === undefined || recordIdPattern.test(recordId) ? { channel, recordId } : undefined
}
