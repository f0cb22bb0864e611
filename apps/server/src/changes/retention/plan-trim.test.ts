import { describe, expect, it } from 'vitest'
import { isFull, planTrim, type Segment } from './plan-trim.js'

const segment = (n: number, ageHours: number, bytes = 100): Segment => ({
  name: `changes_${n}`,
  bytes,
  upTo: n,
  ageHours,
})
const segments = [segment(30, 1), segment(10, 9), segment(20, 5)]
const namesOf = (plan: ReturnType<typeof planTrim>) => plan.drop.map(({ name }) => name)
const wide = { hours: 100, bytes: 10_000, neededFrom: undefined }

describe('planTrim', () => {
  it('keeps what is young and small', () => {
    expect(planTrim(segments, 50, wide)).toEqual({ drop: [], heldBack: false })
  })

  it('drops what is too old, and the oldest while there is too much', () => {
    expect(namesOf(planTrim(segments, 50, { ...wide, hours: 5 }))).toEqual(['changes_10', 'changes_20'])
    expect(namesOf(planTrim(segments, 50, { ...wide, bytes: 250 }))).toEqual(['changes_10'])
    expect(namesOf(planTrim(segments, 500, { ...wide, bytes: 100 }))).toEqual([
      'changes_10',
      'changes_20',
      'changes_30',
    ])
  })

  it('never drops what somebody must still read, nor what comes after it', () => {
    const plan = planTrim(segments, 50, { ...wide, hours: 0, neededFrom: 15 })
    expect([namesOf(plan), plan.heldBack]).toEqual([['changes_10'], true])
    expect(planTrim(segments, 50, { ...wide, hours: 0, neededFrom: 20 }).drop).toHaveLength(2)
  })

  it('begins a new head by size or by age', () => {
    const limits = { hours: 80, bytes: 800 }
    expect(isFull({ bytes: 99, ageHours: 9 }, limits)).toBe(false)
    expect(isFull({ bytes: 100, ageHours: 0 }, limits)).toBe(true)
    expect(isFull({ bytes: 1, ageHours: 10 }, limits)).toBe(true)
  })
})
