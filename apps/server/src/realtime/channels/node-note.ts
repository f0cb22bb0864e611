import type { ChannelMember, Json } from '@holdfast/contract'
import { maxBusText } from '../../platform/bus/index.js'

/** A member and the channel it shows itself in. */
export type Shown = readonly [channel: string, member: ChannelMember]

/**
 * What nodes tell each other about channels. What changes the members a node shows is numbered by `seq`, so that another
 * node notices when it missed something and asks for all of them.
 */
export type NodeNote =
  | {
      readonly kind: 'message'
      readonly channel: string
      readonly event: string
      readonly payload: Json
      readonly from: Pick<ChannelMember, 'id' | 'user'>
      readonly at: string
    }
  | {
      readonly kind: 'joined' | 'changed' | 'left'
      readonly seq: number
      readonly channel: string
      readonly member: ChannelMember
    }
  /** I am there, and so far I told this much. */
  | { readonly kind: 'beat'; readonly seq: number }
  /** Tell me all you show: one node, or every node. */
  | { readonly kind: 'ask'; readonly of?: string | undefined }
  | {
      readonly kind: 'all'
      readonly seq: number
      readonly part: number
      readonly parts: number
      readonly members: readonly Shown[]
    }
  | { readonly kind: 'bye' }

/** Less what goes around the members. */
const partBytes = maxBusText - 200

/** All that a node shows, in parts that a message can hold. */
export function splitAll(seq: number, members: Iterable<Shown>): NodeNote[] {
  const parts: Shown[][] = [[]]
  let bytes = 0
  for (const shown of members) {
    const size = Buffer.byteLength(JSON.stringify(shown)) + 1
    if (bytes + size > partBytes && bytes > 0) {
      parts.push([])
      bytes = 0
    }
    parts.at(-1)!.push(shown)
    bytes += size
  }
  return parts.map((part, index) => ({ kind: 'all', seq, part: index, parts: parts.length, members: part }))
}
