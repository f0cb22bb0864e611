import { describe, expect, it } from 'vitest'
import { packMessages, unpackMessages } from './pack-messages.js'

const message = (count: number, text: string) => ({ count, channel: 'presence', text })

describe('packMessages', () => {
  it('keeps texts of every kind, in their order', () => {
    const messages = ['', ' 1 presence 3 abc', 'ä\n😀"\\', '{"a":[1,2]}'].map((text, at) => message(at + 1, text))
    const payloads = packMessages('node-a', messages, 1000)
    expect(payloads).toHaveLength(1)
    expect(unpackMessages(payloads[0]!)).toEqual({ node: 'node-a', messages })
  })

  it('begins another payload before one grows too large in bytes', () => {
    const messages = Array.from({ length: 40 }, (_, at) => message(at, 'ä'.repeat(100)))
    const payloads = packMessages('node-a', messages, 1000)
    expect(payloads.every((payload) => Buffer.byteLength(payload) <= 1000)).toBe(true)
    expect(payloads.length).toBeGreaterThan(8)
    expect(payloads.flatMap((payload) => unpackMessages(payload)!.messages)).toEqual(messages)
  })

  it('does not read what it never wrote', () => {
    for (const payload of ['', 'node', ' 1 a 1 b', 'node 1 a 5 b', 'node x', 'node 1 a 1 bc'])
      expect(unpackMessages(payload), payload).toBeUndefined()
    expect(packMessages('node', [], 10)).toEqual([])
  })
})
