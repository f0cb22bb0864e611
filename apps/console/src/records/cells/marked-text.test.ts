import { expect, it } from 'vitest'
import { partsOf } from './marked-text'

const joined = (highlight: string) =>
  partsOf(highlight)
    .map(({ text, isFound }) => (isFound ? `[${text}]` : text))
    .join('')

it('splits at marks, and what a record says stays text', () => {
  expect(joined('<mark>Tea</mark> and <mark>tea</mark>')).toBe('[Tea] and [tea]')
  expect(joined('&lt;mark&gt;&amp;lt;b&gt; <mark>a&#39;b</mark> &quot;')).toBe(`<mark>&lt;b> [a'b] "`)
  expect(joined('one\n  two <mark>three</mark>')).toBe('one two [three]')
})

it('begins near the first that was found, and ends', () => {
  expect(joined(`${'many words '.repeat(20)}and <mark>tea</mark>`)).toMatch(/^… [a-z ]{10,28}\[tea\]$/)
  expect(joined(`<mark>tea</mark> ${'more '.repeat(200)}`).length).toBeLessThanOrEqual(302)
})
