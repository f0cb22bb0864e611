import { expect, it } from 'vitest'
import { harmless } from './name-team.js'

it('A232: names a team in mails by what no mail program makes a link of', () => {
  expect(harmless('Rockets & Co')).toBe('Rockets & Co')
  expect(harmless('St. Pauli e. V.')).toBe('St. Pauli e. V.')
  for (const name of ['win at https://evil.test', 'evil.test', 'a@evil.test', '<b>', ' ', 'x\\y'])
    expect(harmless(name)).toBe('a team')
  expect(harmless('a\r\nBcc b\u202ec')).toBe('a Bcc b c')
  expect([...harmless('x'.repeat(500))]).toHaveLength(60)
})
