import { describe, expect, it } from 'vitest'
import { AppError } from '../../lib/index.js'
import { inspectJson } from './inspect-json.js'

function refusal(text: string): { code: string; path?: string } | undefined {
  try {
    inspectJson(JSON.parse(text), text)
    return undefined
  } catch (error) {
    const { code, options } = error as AppError
    return { code, path: options.errors?.[0]?.path }
  }
}
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)

describe('inspectJson', () => {
  it.each([
    ['{"title":"ok","views":1,"ratio":0.5,"tags":["a","😀"],"none":null,"yes":true}'],
    ['{"constructor":"Renzo Piano","prototype":"Mk 1"}'],
    ['{"big":9007199254740991,"huge":1e300,"small":-9007199254740991}'],
    [nested(64)],
    ['[]'],
  ])('accepts %s', (text) => {
    expect(refusal(text)).toBeUndefined()
  })

  it.each([
    ['{"a":{"__proto__":{"admin":true}}}', 'forbidden_key', 'a.__proto__'],
    ['{"a":{"\\u005f_proto__":1}}', 'forbidden_key', 'a.__proto__'],
    ['[{"constructor":{"prototype":{"admin":true}}}]', 'forbidden_key', '0.constructor'],
    ['{"tags":["ok","a\\u0000b"]}', 'validation_failed', 'tags.1'],
    ['{"title":"\\ud800"}', 'validation_failed', 'title'],
    ['{"tags":["\\uD83D\\uDE00","\\uDE00"]}', 'validation_failed', 'tags.1'],
    ['{"a\\u0000b":1}', 'validation_failed', ''],
    ['{"a":{"n":9007199254740993}}', 'validation_failed', 'a.n'],
    ['{"fine":1e300,"n":[1,-9007199254740993]}', 'validation_failed', 'n.1'],
    ['{"n":1e400}', 'validation_failed', 'n'],
    [nested(65), 'invalid_body', undefined],
    [nested(100_000), 'invalid_body', undefined],
  ])('refuses %.60s', (text, code, path) => {
    expect(refusal(text)).toEqual({ code, path })
  })

  it('never changes a prototype', () => {
    refusal('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}')
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })
})
