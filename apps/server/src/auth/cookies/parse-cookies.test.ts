import { describe, expect, it } from 'vitest'
import { readCookie, writeCookie } from './parse-cookies.js'

const read = (cookie: string | undefined, name = 'a') =>
  readCookie({ headers: cookie === undefined ? {} : { cookie } }, name)

describe('readCookie', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['a=1', '1'],
    ['b=2; a=1', '1'],
    ['b=2;a=1;c=3', '1'],
    ['a=x=y', 'x=y'],
    ['aa=1', undefined],
    ['A=1', undefined],
    ['a', undefined],
    ['a=', undefined],
    [`a=${'x'.repeat(4097)}`, undefined],
  ])('of %j is %j', (header, value) => {
    expect(read(header)).toBe(value)
  })

  it('takes none of two', () => {
    expect(read('a=1; a=2')).toBeUndefined()
    expect(read('a=1; b=3; a=1')).toBeUndefined()
  })
})

describe('writeCookie', () => {
  it('keeps it from scripts and other sites', () => {
    expect(writeCookie('__Host-a', 'x', { path: '/', secure: true, maxAgeSeconds: 5 })).toBe(
      '__Host-a=x; Path=/; Max-Age=5; HttpOnly; SameSite=Lax; Secure',
    )
  })
})
