import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AttemptLimits } from './attempt-limits.js'
import { Counters } from './counters.js'

const newLimits = () =>
  new AttemptLimits(new Counters({ isConfigured: false, client: undefined, nameFor: async () => '' }))

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const wrong = async () => undefined
const right = async () => 'proof'

/** How many tries a caller has until refused, and for how many seconds. */
async function tryUntilRefused(limits: AttemptLimits, account: string, address: string) {
  for (let tries = 0; ; tries += 1)
    try {
      await limits.tryPassword(account, address, wrong)
    } catch (error) {
      const { options } = error as { options: { headers: Record<string, string> } }
      return { tries, seconds: Number(options.headers['Retry-After']) }
    }
}

describe('tries of a password', () => {
  it('are refused for twice as long each time', async () => {
    const limits = newLimits()
    for (const seconds of [60, 120, 240, 480]) {
      expect(await tryUntilRefused(limits, 'ada', '1.2.3.4')).toEqual({ tries: 10, seconds })
      vi.advanceTimersByTime(seconds * 1000 + 1)
    }
  })

  it('are refused for no longer than an hour', async () => {
    const limits = newLimits()
    for (let lock = 0; lock < 8; lock += 1) {
      const { seconds } = await tryUntilRefused(limits, 'ada', '1.2.3.4')
      expect(seconds).toBeLessThanOrEqual(3600)
      vi.advanceTimersByTime(seconds * 1000 + 1)
    }
  })

  it('count by account and network together', async () => {
    const limits = newLimits()
    await tryUntilRefused(limits, 'ada', '2001:db8::1')
    await expect(limits.tryPassword('ada', '2001:db8::2', right)).rejects.toMatchObject({ code: 'rate_limited' })
    expect(await limits.tryPassword('ada', '2001:db8:0:1::1', right)).toBe('proof')
    expect(await limits.tryPassword('bob', '2001:db8::1', right)).toBe('proof')
  })

  it('that were right or could not be checked do not count', async () => {
    const limits = newLimits()
    for (let n = 0; n < 50; n += 1) {
      await limits.tryPassword('ada', '1.2.3.4', right)
      const busy = limits.tryPassword('ada', '1.2.3.4', () => Promise.reject(new Error('busy')))
      await expect(busy).rejects.toThrow('busy')
    }
    expect((await tryUntilRefused(limits, 'ada', '1.2.3.4')).tries).toBe(10)
  })
})
