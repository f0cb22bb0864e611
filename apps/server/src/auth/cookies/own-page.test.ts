import { describe, expect, it } from 'vitest'
import { OwnPages } from './own-page.js'

const pages = new OwnPages({ publicUrl: 'https://api.example.com', corsOrigins: ['https://app.example.com'] })

describe('a page is one of ours', () => {
  it.each([
    [{ origin: 'https://api.example.com' }, true],
    [{ origin: 'https://app.example.com' }, true],
    [{ origin: 'https://internal:8443', host: 'internal:8443' }, true],
    [{ origin: 'http://internal', host: 'internal' }, false],
    [{ origin: 'https://evil.example' }, false],
    [{ origin: 'https://api.example.com.evil.example' }, false],
    [{ origin: 'http://api.example.com' }, false],
    [{ origin: 'null' }, false],
    [{ origin: 'null', 'sec-fetch-site': 'same-origin' }, true],
    [{ 'sec-fetch-site': 'same-origin' }, true],
    [{ 'sec-fetch-site': 'same-site' }, false],
    [{ 'sec-fetch-site': 'cross-site' }, false],
    [{ 'sec-fetch-site': 'none' }, false],
    [{ origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' }, false],
    [{}, false],
  ])('%j: %j', (headers, expected) => {
    expect(pages.isOne({ headers })).toBe(expected)
  })
})
