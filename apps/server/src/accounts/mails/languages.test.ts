import { describe, expect, it } from 'vitest'
import { languagesFor, parseLanguage } from './languages.js'

describe('languages', () => {
  it('are looked for from the most exact to English', () => {
    expect(languagesFor('de-AT', 'fr')).toEqual(['de-AT', 'de', 'fr', 'en'])
    expect(languagesFor(undefined, undefined)).toEqual(['en'])
    expect(languagesFor('en-GB')).toEqual(['en-GB', 'en'])
  })

  it.each(['', '*', 'x', 'deutsch', 'de_DE', '../etc', 'de-', 'de-AT-a-very-long-tag-indeed', '__proto__', 'DE-\n'])(
    'are not %j',
    (text) => {
      expect(parseLanguage(text)).toBeUndefined()
      expect(languagesFor(text)).toEqual(['en'])
    },
  )

  it('are written in one way', () => {
    expect(parseLanguage('DE-AT')).toBe('de-AT')
  })
})
