import { describe, expect, it } from 'vitest'
import { describeDevice } from './describe-device.js'

describe('describeDevice', () => {
  it.each([
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0',
      'Firefox on Windows',
      'desktop',
    ],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
      'Safari on macOS',
      'desktop',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
      'Safari on iOS',
      'phone',
    ],
    [
      'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Mobile Safari/537.36',
      'Chrome on Android',
      'phone',
    ],
    [
      'Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
      'Safari on iOS',
      'tablet',
    ],
    ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', undefined, 'bot'],
    ['Shop/3.2 CFNetwork/1568.200.51 Darwin/24.1.0', undefined, 'app'],
    ['okhttp/4.12.0', 'okhttp', 'app'],
    ['node', 'node', 'app'],
    ['something', undefined, 'unknown'],
  ])('reads %s', async (userAgent, name, kind) => {
    const device = await describeDevice(userAgent)
    expect(device.kind).toBe(kind)
    if (name !== undefined) expect(device.name).toBe(name)
  })

  it('knows nothing where nothing is told', async () => {
    for (const none of [null, '', ' '])
      expect(await describeDevice(none)).toEqual({ name: 'Unknown device', kind: 'unknown' })
  })
})
