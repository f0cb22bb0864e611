import { describe, expect, it } from 'vitest'
import { type ChangeCursor, neededFrom, readCursor, writeCursor } from './change-cursor.js'

const between: ChangeCursor = {
  origin: 2 ** 46 + 1,
  since: {
    xmax: 5_000_000_123,
    floor: 900,
    running: [
      [5_000_000_100, 850],
      [5_000_000_120, 900],
    ],
  },
}
const inside: ChangeCursor = {
  ...between,
  round: {
    until: { xmax: 5_000_000_200, floor: 1300, running: [[5_000_000_120, 900]] },
    position: 1000,
    end: 1400,
  },
}

describe('cursors of the change log', () => {
  it.each([
    ['between two rounds', between],
    ['inside of a round', inside],
    ['with nothing read', { origin: 1, since: { xmax: 0, floor: 0, running: [] } }],
    ['that looks back', { ...inside, round: { ...inside.round!, position: 10 } }],
  ])('are read as they were written: %s', (_, cursor) => {
    expect(readCursor(writeCursor(cursor))).toEqual(cursor)
  })

  it('are short', () => {
    expect(writeCursor(inside).length).toBeLessThan(60)
  })

  it.each(['', 'x', '1', '1~', '1~2', '1~2.3.4', '1~2.3~4.5', '1~2.3~4.5~6', '1.2~3.4', '1~2.3~4~5.6', 'A~!~?'])(
    'are not read where they were not written: %s',
    (text) => expect(readCursor(text)).toBeUndefined(),
  )

  it('need what may come of transactions that ran when they were made', () => {
    expect(neededFrom(between)).toBe(850)
    expect(neededFrom(inside)).toBe(900)
    expect(neededFrom({ ...inside, round: { ...inside.round!, position: 10 } })).toBe(10)
  })
})
