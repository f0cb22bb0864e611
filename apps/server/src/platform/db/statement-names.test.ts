import { describe, expect, it } from 'vitest'
import { StatementNames } from './statement-names.js'

describe('StatementNames', () => {
  it('names a text the second time it is seen, and keeps the name', () => {
    const names = new StatementNames()
    expect([1, 2, 3].map(() => names.nameOf('select 1'))).toEqual([undefined, 's1', 's1'])
    expect([1, 2].map(() => names.nameOf('select 2'))).toEqual([undefined, 's2'])
  })

  it('keeps what is used while others come and go', () => {
    const names = new StatementNames(10)
    names.nameOf('hot')
    for (let n = 0; n < 1000; n++) {
      names.nameOf(`once ${n}`)
      expect(names.nameOf('hot')).toBe('s1')
    }
  })

  it('forgets what is not used, and never gives its name to another', () => {
    const names = new StatementNames(10)
    names.nameOf('old')
    expect(names.nameOf('old')).toBe('s1')
    for (let n = 0; n < 30; n++) names.nameOf(`once ${n}`)
    expect([1, 2].map(() => names.nameOf('old'))).toEqual([undefined, 's2'])
  })

  it('names everything anew after a schema change', () => {
    const names = new StatementNames()
    names.nameOf('select 1')
    names.nameOf('select 1')
    names.forget()
    expect([1, 2].map(() => names.nameOf('select 1'))).toEqual([undefined, 's2'])
  })

  it('remembers no text that is too long to keep', () => {
    const names = new StatementNames()
    const text = `select '${'x'.repeat(60_000)}'`
    expect([1, 2, 3].map(() => names.nameOf(text))).toEqual([undefined, undefined, undefined])
  })
})
