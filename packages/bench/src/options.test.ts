import { describe, expect, it } from 'vitest'
import { operations } from './operations.js'
import { parseOptions } from './options.js'

describe('parseOptions', () => {
  it('measures every operation when none is named', () => {
    expect(parseOptions([])?.operations).toEqual(operations)
  })

  it('takes the named operations in their order', () => {
    const options = parseOptions(['--quick', '--only', 'list,get'])
    expect(options?.operations.map(({ name }) => name)).toEqual(['list', 'get'])
    expect(options?.quick).toBe(true)
  })

  it('refuses an operation that does not exist and names those that do', () => {
    expect(() => parseOptions(['--only', 'delete'])).toThrow(/no operation delete; there are get, list/)
  })

  it('gives nothing when help is wanted', () => {
    expect(parseOptions(['--help'])).toBeUndefined()
  })
})
