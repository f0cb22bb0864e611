import { describe, expect, it } from 'vitest'
import { parsePhone } from './parse-phone.js'

describe('parsePhone', () => {
  it.each([
    ['+49 1512 3456789', '+4915123456789'],
    ['+49 (0) 1512 / 34 567 89', '+4915123456789'],
    ['＋４９１５１２３４５６７８９', '+4915123456789'],
    ['  +1 (213) 373-4253 ', '+12133734253'],
  ])('reads %s', async (text, number) => {
    expect(await parsePhone(text)).toBe(number)
  })

  it.each(['01512 3456789', '+49', 'x', '', '+1 213 373 4253 ext. 5', '+999 123456789', `+49${'1'.repeat(60)}`])(
    'refuses %j',
    async (text) => {
      await expect(parsePhone(text)).rejects.toMatchObject({ code: 'validation_failed' })
    },
  )
})
