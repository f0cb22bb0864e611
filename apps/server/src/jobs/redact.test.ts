import { expect, it } from 'vitest'
import { redact } from './redact.js'

it('hides values by their key, at any depth, whatever they are', () => {
  const data = { to: 'a@example.com', token: 'x', deep: [{ token: { a: 1 }, n: 1 }], tokens: 2, none: null }
  expect(redact(data, ['token'])).toEqual({
    to: 'a@example.com',
    token: '[redacted]',
    deep: [{ token: '[redacted]', n: 1 }],
    tokens: 2,
    none: null,
  })
})

it('leaves data alone where nothing is secret', () => {
  const data = { token: 'x' }
  expect(redact(data, [])).toBe(data)
})
