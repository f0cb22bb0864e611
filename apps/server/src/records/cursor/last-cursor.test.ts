import { expect, it } from 'vitest'
import { LastCursor } from './last-cursor.js'

it('gives the cursor again to the same holder for the same place, and to nobody else', () => {
  const last = new LastCursor()
  let made = 0
  const cursorOf = (place: string, holder: string): string =>
    last.get(place, holder, () => `${holder} ${place} ${++made}`)
  expect(cursorOf('{"id":1}', 'alice')).toBe('alice {"id":1} 1')
  expect(cursorOf('{"id":1}', 'alice')).toBe('alice {"id":1} 1')
  expect(cursorOf('{"id":1}', 'bob')).toBe('bob {"id":1} 2')
  expect(cursorOf('{"id":1}', 'alice')).toBe('alice {"id":1} 3')
  expect(cursorOf('{"id":2}', 'alice')).toBe('alice {"id":2} 4')
  const long = 'x'.repeat(5000)
  expect([cursorOf(long, 'alice'), cursorOf(long, 'alice')]).toEqual([`alice ${long} 5`, `alice ${long} 6`])
  expect(cursorOf('{"id":2}', 'alice')).toBe('alice {"id":2} 4')
})
