import { describe, expect, it } from 'vitest'
import { parseForm } from './read-form.js'

describe('parseForm', () => {
  it('gives texts by their names', () => {
    expect(parseForm(Buffer.from('a=1&b=x+y%26%C3%A4&c='))).toEqual({ a: '1', b: 'x y&ä', c: '' })
  })

  it.each(['a=1&a=2', 'a[]=1&a[]=2', '__proto__=1&__proto__=2'])('refuses %s', (text) => {
    expect(() => parseForm(Buffer.from(text))).toThrow(expect.objectContaining({ code: 'invalid_body' }))
  })

  it('refuses what is not UTF-8', () => {
    expect(() => parseForm(Buffer.from([0x61, 0x3d, 0xff]))).toThrow(expect.objectContaining({ code: 'invalid_body' }))
  })

  it('gives nothing its own prototype', () => {
    const form = parseForm(Buffer.from('__proto__=x&constructor=y'))
    expect(Object.getPrototypeOf(form)).toBe(Object.prototype)
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
  })
})
