import { describe, expect, it } from 'vitest'
import type { Position } from '../read/selection.js'
import { CursorCodec } from './cursor-codec.js'

const cursors = new CursorCodec(Buffer.alloc(32, 7))
const position: Position = {
  direction: 'after',
  inclusive: false,
  values: ['Zürich '.repeat(20), -0.1, null, true, '01890000-0000-7000-8000-000000000abc'],
}

describe('a cursor', () => {
  it('comes back as the position it was made of', () => {
    for (const direction of ['after', 'before'] as const)
      for (const inclusive of [true, false]) {
        const place = { ...position, direction, inclusive }
        expect(cursors.decode(cursors.encode(place, 'alice posts'), 'alice posts')).toEqual(place)
      }
  })

  it('is of use with the binding it was made for and the key it was made with, and with nothing else', () => {
    const cursor = cursors.encode(position, 'alice posts')
    const refused = expect.objectContaining({ code: 'invalid_cursor' }) as Error
    for (const binding of ['bob posts', 'alice notes', ''])
      expect(() => cursors.decode(cursor, binding)).toThrow(refused)
    expect(() => new CursorCodec(Buffer.alloc(32, 8)).decode(cursor, 'alice posts')).toThrow(refused)
  })

  it('is refused with any bit changed, cut or made up', () => {
    const bytes = Buffer.from(cursors.encode(position, 'x'), 'base64url')
    const refused = expect.objectContaining({ code: 'invalid_cursor' }) as Error
    const decode = (changed: Buffer) => () => cursors.decode(changed.toString('base64url'), 'x')
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes)
      changed[at]! ^= 1 << (at % 8)
      expect(decode(changed)).toThrow(refused)
      expect(decode(bytes.subarray(0, at))).toThrow(refused)
    }
    for (const text of ['', 'x', '§', 'null', '0'.repeat(5000)])
      expect(() => cursors.decode(text, 'x')).toThrow(refused)
  })

  it('shows nothing of the values in it', () => {
    const bytes = Buffer.from(cursors.encode(position, 'x'), 'base64url')
    expect(bytes.includes('Zürich')).toBe(false)
    // The same text in another block looks different: the values repeat, what hides them does not.
    const blocks = new Set(
      Array.from({ length: Math.floor(bytes.length / 16) }, (_, at) => bytes.toString('hex', at * 16, at * 16 + 16)),
    )
    expect(blocks.size).toBe(Math.floor(bytes.length / 16))
  })
})
