import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { CallSlots } from './call-slots.js'

const forever = new AbortController().signal

describe('CallSlots', () => {
  it('lets no more in than there are, and those who wait in their order', async () => {
    const slots = new CallSlots({ total: 2, perHost: 2 })
    const order: string[] = []
    const enter = async (host: string) => {
      const leave = await slots.take(host, forever)
      order.push(host)
      return leave
    }
    const first = await enter('a')
    const second = await enter('b')
    const third = enter('c')
    const fourth = enter('d')
    await turn()
    expect(order).toEqual(['a', 'b'])
    second()
    const leaveThird = await third
    await turn()
    expect(order).toEqual(['a', 'b', 'c'])
    first()
    leaveThird()
    await fourth
    expect(order).toEqual(['a', 'b', 'c', 'd'])
  })

  it('does not let a busy host hold up those who came after it', async () => {
    const slots = new CallSlots({ total: 3, perHost: 1 })
    const leaveBusy = await slots.take('busy', forever)
    const waiting = slots.take('busy', forever)
    await slots.take('other', forever)
    leaveBusy()
    await waiting
  })

  it('forgets those who stop waiting', async () => {
    const slots = new CallSlots({ total: 1, perHost: 1 })
    const leave = await slots.take('a', forever)
    const impatient = new AbortController()
    const given = slots.take('a', impatient.signal)
    impatient.abort()
    await expect(given).rejects.toMatchObject({ failure: 'busy' })
    await expect(slots.take('a', AbortSignal.abort())).rejects.toMatchObject({ failure: 'busy' })
    leave()
    await slots.take('b', forever)
  })
})
