import { describe, expect, it } from 'vitest'
import { requirePageUrl, toAppPage } from './mail-pages.js'

const ours = 'https://api.example.com'
const pages = { reset: 'https://app.example.com/new-password?lang=de', link: 'com.example.app://signed-in' }

describe('toAppPage', () => {
  it.each([
    ['reset?token=t', 'https://app.example.com/new-password?lang=de&token=t'],
    [
      'reset?token=t&redirectTo=https%3A%2F%2Fx.example%2F%3Fa%3Db',
      'https://app.example.com/new-password?lang=de&token=t&redirectTo=https%3A%2F%2Fx.example%2F%3Fa%3Db',
    ],
    ['link?token=t', 'com.example.app://signed-in?token=t'],
    ['verify?token=t', 'https://api.example.com/auth/ui/verify?token=t'],
  ])('leads %s to %s', (link, expected) => {
    expect(toAppPage(`${ours}/auth/ui/${link}`, ours, pages)).toBe(expected)
  })

  it('leaves other links as they are', () => {
    for (const link of [`${ours}/auth/uireset?token=t`, 'https://evil.example/auth/ui/reset?token=t', ''])
      expect(toAppPage(link, ours, pages)).toBe(link)
  })
})

it.each([
  'javascript:alert(1)',
  'data:text/html,x',
  '/reset',
  'https://me:pass@app.example.com',
  'https://app.example.com/#reset',
])('refuses %s for a page', (text) => {
  expect(() => requirePageUrl(text, 'pages.reset')).toThrow(expect.objectContaining({ code: 'validation_failed' }))
})
