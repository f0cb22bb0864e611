import type { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import * as ws from 'ws'
import { toTextFrame } from './text-frame.js'

/** What sockets read with. The types of `ws` leave it out. */
const { Receiver } = ws as unknown as { Receiver: new (options: object) => Writable }

describe('toTextFrame', () => {
  it.each([0, 1, 125, 126, 127, 65_535, 65_536, 200_000])('frames %d bytes as a client reads them', (length) => {
    const text = 'x'.repeat(length)
    const read: string[] = []
    const receiver = new Receiver({ isServer: false })
    receiver.on('message', (data: Buffer, isBinary: boolean) => read.push(`${isBinary} ${data}`))
    receiver.write(toTextFrame(text))
    expect(read).toEqual([`false ${text}`])
  })

  it('counts bytes, not characters', () => {
    const read: string[] = []
    const receiver = new Receiver({ isServer: false, allowSynchronousEvents: true })
    receiver.on('message', (data: Buffer) => read.push(String(data)))
    receiver.write(Buffer.concat([toTextFrame('🎉'.repeat(40)), toTextFrame('ü')]))
    expect(read).toEqual(['🎉'.repeat(40), 'ü'])
  })
})
