/** One message of a node. `count` rises with each, so that what comes twice, or late, can be told. */
export interface Message {
  readonly count: number
  readonly channel: string
  readonly text: string
}

const headOf = ({ count, channel, text }: Message): string => `${count} ${channel} ${text.length} `

/** Joins messages of one node to payloads of at most `maxBytes` each, in their order; one that is longer goes alone. */
export function packMessages(node: string, messages: readonly Message[], maxBytes: number): string[] {
  const payloads: string[] = []
  let payload = ''
  let bytes = 0
  for (const message of messages) {
    const part = headOf(message) + message.text
    const size = Buffer.byteLength(part)
    if (payload === '' || bytes + size > maxBytes) {
      if (payload !== '') payloads.push(payload)
      payload = `${node} `
      bytes = payload.length
    }
    payload += part
    bytes += size
  }
  return payload === '' ? payloads : [...payloads, payload]
}

/** Undefined for what no node of this version has packed. */
export function unpackMessages(payload: string): { node: string; messages: Message[] } | undefined {
  const nodeEnd = payload.indexOf(' ')
  if (nodeEnd <= 0) return undefined
  const messages: Message[] = []
  const head = /(\d{1,15}) (\S+) (\d{1,9}) /y
  for (let at = nodeEnd + 1; at < payload.length; ) {
    head.lastIndex = at
    const found = head.exec(payload)
    if (!found) return undefined
    const end = head.lastIndex + Number(found[3])
    if (end > payload.length) return undefined
    messages.push({ count: Number(found[1]), channel: found[2]!, text: payload.slice(head.lastIndex, end) })
    at = end
  }
  return { node: payload.slice(0, nodeEnd), messages }
}
