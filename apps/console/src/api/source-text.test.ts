import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { shellQuote, toSource } from './source-text'

const texts = ['plain', `it's`, '"quoted"', 'back\\slash', `\\'`, '\\"', 'two\nlines', '$x `y` $(z)', '</script>', '']

describe('source text', () => {
  it.each(texts)('is the same value when it runs: %j', (text) => {
    const value = { [text || 'key']: text, list: [text, 1, null, true], deep: { 'a-b': { c: text.repeat(20) } } }
    expect(new Function(`return ${toSource(value)}`)()).toEqual(value)
  })

  it('reads as people write it', () => {
    expect(toSource({ status: 'done', views: { $gte: 1 } })).toBe(`{ status: 'done', views: { $gte: 1 } }`)
  })
})

describe('shell arguments', () => {
  it.each(texts)('stay one argument as they are: %j', (text) => {
    expect(execFileSync('sh', ['-c', `printf %s ${shellQuote(text)}`], { encoding: 'utf8' })).toBe(text)
  })
})
