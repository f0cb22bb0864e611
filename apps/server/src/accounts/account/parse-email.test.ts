import { describe, expect, it } from 'vitest'
import { parseEmail } from './parse-email.js'

describe('parseEmail', () => {
  it.each([
    ['ada@example.com', 'ada@example.com'],
    ['  Ada@Example.COM ', 'ada@example.com'],
    ['ａｄａ@example.com', 'ada@example.com'],
    ['ada@ｅxample.com', 'ada@example.com'],
    ['ada+tag@example.com', 'ada+tag@example.com'],
    ['ada@bücher.example', 'ada@xn--bcher-kva.example'],
    ['ada@XN--BCHER-KVA.example', 'ada@xn--bcher-kva.example'],
  ])('knows %j as %s', (text, email) => {
    expect(parseEmail(text)).toBe(email)
  })

  it.each([
    '',
    'ada',
    '@example.com',
    'ada@',
    'ädä@example.com',
    'a\0da@example.com',
    'a da@example.com',
    `${'a'.repeat(250)}@b.co`,
  ])('knows no account for %j', (text) => {
    expect(parseEmail(text)).toBeUndefined()
  })
})
