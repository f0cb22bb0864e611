import { describe, expect, it } from 'vitest'
import { Floors, parseSnapshot, writeSnapshot } from './floors.js'

const nothing = { xmax: 0, floor: 0, running: [] }

describe('Floors', () => {
  it('knows of a transaction only what was known before a checkpoint before it', () => {
    const floors = new Floors()
    floors.remember(40, null, 0)
    floors.remember(50, 100, 40)
    floors.remember(70, 110, 50)
    expect([90, 100, 101, 110, 111].map((tx) => floors.of(tx))).toEqual([undefined, undefined, 40, 40, 50])
  })

  it('asks for a checkpoint once positions have been taken, and not at once again', () => {
    const floors = new Floors()
    expect(floors.wantsCheckpoint()).toBe(true)
    floors.remember(40, 100, 0)
    expect(floors.wantsCheckpoint()).toBe(false)
  })

  it('keeps what the cursor before knew of transactions that still run', () => {
    const floors = new Floors()
    floors.remember(40, 100, 30)
    const since = { xmax: 95, floor: 20, running: [[90, 5]] as const }
    expect(floors.horizonOf('90:120:90,97,105', since, 0)).toEqual({
      xmax: 120,
      floor: 30,
      running: [
        [90, 5],
        [97, 20],
        [105, 30],
      ],
    })
    expect(floors.horizonOf('90:95:90', since, 25)).toEqual({ xmax: 95, floor: 25, running: [[90, 25]] })
  })

  it('reads and writes snapshots as PostgreSQL does', () => {
    expect(parseSnapshot('12:12:')).toEqual({ xmax: 12, running: [] })
    expect(parseSnapshot('10:14:10,13')).toEqual({ xmax: 14, running: [10, 13] })
    for (const text of ['12:12:', '10:14:10,13'])
      expect(writeSnapshot(new Floors().horizonOf(text, nothing, 0))).toBe(text)
  })
})
