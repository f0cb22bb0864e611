import { describe, expect, it } from 'vitest'
import { isNative, parseClient } from './parse-client.js'

const parse = (uri: string, kind: 'confidential' | 'public' = 'public') =>
  parseClient({ name: 'x', kind, redirectUris: [uri] })

describe('the place an app wants people back at', () => {
  it.each([
    'https://app.example.com/callback',
    'https://app.example.com/callback?tenant=1',
    'http://127.0.0.1/callback',
    'http://localhost:3000/callback',
    'http://[::1]:3000/',
    'com.example.app:/signed-in',
    'com.example.app://signed-in',
  ])('may be %s', (uri) => {
    expect(parse(uri).redirectUris).toEqual([uri])
  })

  it.each([
    'javascript:alert(1)',
    'JavaScript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    'myapp:/signed-in',
    'http://app.example.com/callback',
    'http://localhost.evil.example/',
    'https://*.example.com/callback',
    'https://app.example.com/*',
    'https://app.example.com/#x',
    'https://app.example.com/#',
    'https://ok@evil.example/',
    'https://app.example.com\\@evil.example/',
    ' https://app.example.com/',
    'https://app.example.com/\n',
    '//app.example.com/',
    '/callback',
    '',
  ])('may not be %j', (uri) => {
    expect(() => parse(uri)).toThrow(expect.objectContaining({ code: 'invalid_value' }))
  })

  it('is of an own scheme for public clients alone', () => {
    expect(() => parse('com.example.app:/x', 'confidential')).toThrow()
  })

  it('tells native apps', () => {
    expect([['https://a.example/'], ['https://a.example/', 'http://localhost/'], ['com.a.b:/']].map(isNative)).toEqual([
      false,
      true,
      true,
    ])
  })
})
