import { describe, expect, it } from 'vitest'
import { KnownStatement, StatementNames } from './statement-names.js'

describe('StatementNames', () => {
  it('names a text the second time it is seen, and keeps the name', () => {
    const names = new StatementNames()
    expect([1, 2, 3].map(() => names.find('select 1')?.name)).toEqual([undefined, 's1', 's1'])
    expect([1, 2].map(() => names.find('select 2')?.name)).toEqual([undefined, 's2'])
  })

  it('keeps what is used while others come and go', () => {
    const names = new StatementNames(10)
    names.find('hot')?.name
    for (let n = 0; n < 1000; n++) {
      names.find(`once ${n}`)?.name
      expect(names.find('hot')?.name).toBe('s1')
    }
  })

  it('forgets what is not used, and never gives its name to another', () => {
    const names = new StatementNames(10)
    names.find('old')?.name
    expect(names.find('old')?.name).toBe('s1')
    for (let n = 0; n < 30; n++) names.find(`once ${n}`)?.name
    expect([1, 2].map(() => names.find('old')?.name)).toEqual([undefined, 's2'])
  })

  it('names everything anew after a schema change', () => {
    const names = new StatementNames()
    names.find('select 1')?.name
    names.find('select 1')?.name
    names.forget()
    expect([1, 2].map(() => names.find('select 1')?.name)).toEqual([undefined, 's2'])
  })

  it('remembers no text that is too long to keep', () => {
    const names = new StatementNames()
    const text = `select '${'x'.repeat(60_000)}'`
    expect([1, 2, 3].map(() => names.find(text)?.name)).toEqual([undefined, undefined, undefined])
  })
})

describe('a statement that held up others', () => {
  const startMs = 1000
  const quick = (): KnownStatement => {
    const statement = new KnownStatement('s1')
    statement.took(1)
    return statement
  }

  it('is mistrusted for ten seconds, however many connections it ran on when that happened', () => {
    const statement = quick()
    expect(statement.isQuick(startMs)).toBe(true)
    for (let connection = 0; connection < 6; connection++) statement.heldUpOthers(startMs + connection)
    expect(statement.isQuick(startMs + 10_000)).toBe(false)
    expect(statement.isQuick(startMs + 10_001)).toBe(true)
  })

  it('is mistrusted for twice as long when it soon does it again', () => {
    const statement = quick()
    statement.heldUpOthers(startMs)
    statement.heldUpOthers(startMs + 15_000)
    expect(statement.isQuick(startMs + 35_000)).toBe(false)
    expect(statement.isQuick(startMs + 35_001)).toBe(true)
  })

  it('begins anew once it was good for longer than it was mistrusted', () => {
    const statement = quick()
    statement.heldUpOthers(startMs)
    statement.heldUpOthers(startMs + 21_000)
    expect(statement.isQuick(startMs + 31_001)).toBe(true)
  })
})
