import { describe, expect, it } from 'vitest'
import { countMessage, newMessageRate } from './message-rate.js'

const send = (rate: ReturnType<typeof newMessageRate>, count: number, atMs: number) =>
  Array.from({ length: count }, () => countMessage(rate, atMs))

describe('countMessage', () => {
  it('takes 200 at once, refuses more, and takes 100 a second again', () => {
    const rate = newMessageRate(0)
    expect(send(rate, 200, 0)).toEqual(Array(200).fill('taken'))
    expect(send(rate, 10, 0)).toEqual(Array(10).fill('refused'))
    expect(send(rate, 1, 100)).toEqual(['refused'])
    expect(send(rate, 1, 200)).toEqual(['taken'])
  })

  it('takes 100 a second for ever', () => {
    const rate = newMessageRate(0)
    for (let atMs = 0; atMs < 60_000; atMs += 10) expect(countMessage(rate, atMs)).toBe('taken')
  })

  it('is a flood after a thousand that were refused', () => {
    const rate = newMessageRate(0)
    const counted = send(rate, 1200, 0)
    expect(counted.lastIndexOf('taken')).toBe(199)
    expect(counted.indexOf('flood')).toBe(1199)
  })

  it('is not misled by a clock that goes back', () => {
    const rate = newMessageRate(1000)
    send(rate, 200, 1000)
    expect(send(rate, 1, 0)).toEqual(['refused'])
  })
})
