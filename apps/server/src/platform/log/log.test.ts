import { describe, expect, it } from 'vitest'
import { describeError } from './describe-error.js'

describe('describeError', () => {
  it('keeps the fault and its causes, and drops what hangs off by accident', () => {
    const error = Object.assign(new Error('outer', { cause: new Error('inner') }), {
      code: '57P01',
      client: { password: 'hidden' },
    })
    const facts = describeError(error)
    expect(facts).toMatchObject({ message: 'outer', code: '57P01', cause: { message: 'inner' } })
    expect(JSON.stringify(facts)).not.toContain('hidden')
  })

  it('takes what is no error', () => {
    expect(describeError('oops')).toEqual({ name: 'not an Error', message: 'oops' })
  })
})
