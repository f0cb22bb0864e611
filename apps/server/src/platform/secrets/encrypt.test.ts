import { describe, expect, it } from 'vitest'
import { decrypt, deriveKey, encrypt } from './encrypt.js'

const key = deriveKey('a key that is long enough to be one')
const other = deriveKey('another key that is long enough too')

describe('encrypt', () => {
  it('gives back what went in, for the same purpose and key only', () => {
    const sealed = encrypt('whsec_ä', 'webhooks/1', key)
    expect(decrypt(sealed, 'webhooks/1', [other, key])).toBe('whsec_ä')
    expect(decrypt(sealed, 'webhooks/2', [key])).toBeUndefined()
    expect(decrypt(sealed, 'webhooks/1', [other])).toBeUndefined()
  })

  it('never gives the same twice', () => {
    expect(encrypt('text', 'x', key)).not.toBe(encrypt('text', 'x', key))
  })

  it('refuses what was tampered with', () => {
    const sealed = encrypt('text', 'x', key)
    const at = sealed.length - 3
    const bent = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1)
    expect(decrypt(bent, 'x', [key])).toBeUndefined()
    for (const text of ['', 'x', `${key.id}.`, `${key.id}.AAAA`, `${other.id}.${sealed.split('.')[1]}`])
      expect(decrypt(text, 'x', [key, other])).toBeUndefined()
  })
})
