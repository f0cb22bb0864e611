import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { newId } from '../../lib/index.js'
import { looksLikeKey, newKeyText, parseKeyText, startOf } from './key-text.js'

describe('the text of a key', () => {
  it('is taken apart into what it was made of', () => {
    for (const publishable of [true, false])
      for (const id of [newId(), '00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff']) {
        const { text, hash } = newKeyText(id, publishable)
        expect(text).toMatch(
          publishable ? /^pk_[0-9A-Za-z]{22}_[0-9A-Za-z]{49}$/ : /^sk_[0-9A-Za-z]{22}_[0-9A-Za-z]{49}$/,
        )
        expect(text.startsWith(`${startOf(id, publishable)}_`)).toBe(true)
        expect(parseKeyText(text)).toEqual({ publishable, id, hash })
        expect(looksLikeKey(text)).toBe(true)
      }
  })

  it('holds 256 random bits, of which only the hash is kept', () => {
    const made = Array.from({ length: 200 }, () => newKeyText(newId(), false))
    const secrets = made.map(({ text }) => text.split('_')[2]!.slice(0, 43))
    expect(new Set(secrets).size).toBe(200)
    expect(made[0]!.hash).toEqual(createHash('sha256').update(secrets[0]!).digest())
  })

  it('has a checksum: a letter that is another one makes it no key', () => {
    const { text } = newKeyText(newId(), false)
    for (let at = 0; at < text.length; at += 1) {
      const other = text[at] === 'A' ? 'B' : 'A'
      expect(parseKeyText(text.slice(0, at) + other + text.slice(at + 1)), `${at}`).toBeUndefined()
    }
  })

  it.each(['', 'sk_', 'sk', 'eyJhbGciOiJFZERTQSJ9.e30.x', `sk_${'z'.repeat(22)}_${'z'.repeat(49)}`, 'hfo_abc'])(
    'is not %j',
    (text) => {
      expect(parseKeyText(text)).toBeUndefined()
    },
  )
})
