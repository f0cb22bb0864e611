import { describe, expect, it } from 'vitest'
import { LiveList, type LiveRecord } from './live-list.js'
import type { RecordEvent } from './subscription.js'

type Item = LiveRecord & { readonly n?: unknown }

const at = '2026-01-01T00:00:00Z'
const idOf = (name: string): string => `00000000-0000-7000-8000-${name.padStart(12, '0')}`
const item = (name: string, n: unknown): Item => ({ id: idOf(name), n })
const event = (type: 'snapshot' | 'create' | 'update' | 'enter', record: Item): RecordEvent<Item> => ({
  type,
  id: '',
  at,
  record,
})
const gone = (type: 'delete' | 'leave', name: string): RecordEvent<Item> => ({
  type,
  id: '',
  at,
  record: { id: idOf(name) },
})

function listOf(sort: string, limit: number, ...records: Item[]): LiveList<Item> {
  const list = new LiveList<Item>([sort], limit)
  for (const record of records) list.apply(event('snapshot', record))
  list.apply({ type: 'ready', id: '', at })
  return list
}
const namesIn = (list: LiveList<Item>): string[] => list.records.map(({ id }) => id.replace(/^.*-0{0,11}/, ''))

describe('a live list', () => {
  it('puts records where they belong, moves them and takes them out', () => {
    const list = listOf('n', 10, item('1', 1), item('3', 3))
    expect(list.apply(event('create', item('2', 2)))).toBe(true)
    expect(namesIn(list)).toEqual(['1', '2', '3'])
    expect(list.apply(event('update', item('1', 9)))).toBe(true)
    expect(namesIn(list)).toEqual(['2', '3', '1'])
    expect(list.apply(gone('leave', '3'))).toBe(true)
    expect(list.apply(gone('delete', '7'))).toBe(true)
    expect(namesIn(list)).toEqual(['2', '1'])
  })

  it('sorts null as larger than any value, and equal values by id in the same direction', () => {
    const list = listOf('-n', 10)
    for (const one of [item('1', 1), item('2', null), item('3', 1), item('4', 5)]) list.apply(event('create', one))
    expect(namesIn(list)).toEqual(['2', '4', '3', '1'])
  })

  it('keeps to its limit, and asks for what it cannot know', () => {
    const list = listOf('n', 2, item('1', 1), item('2', 2))
    expect(list.apply(event('create', item('0', 0)))).toBe(true)
    expect(namesIn(list)).toEqual(['0', '1'])
    expect(list.apply(event('create', item('9', 9)))).toBe(true)
    expect(list.apply(gone('delete', '0'))).toBe(false)
    const other = listOf('n', 2, item('1', 1), item('2', 2))
    expect(other.apply(event('update', item('1', 5)))).toBe(false)
  })

  it('leaves the order of texts to the database, but not that of times and ids', () => {
    const texts = listOf('n', 10, item('1', 'ä'))
    expect(texts.apply(event('create', item('2', 'z')))).toBe(false)
    const times = listOf('n', 10, item('1', '2026-01-01T00:00:00.5+00:00'))
    expect(times.apply(event('create', item('2', '2025-01-01T00:00:00.5+00:00')))).toBe(true)
    expect(namesIn(times)).toEqual(['2', '1'])
    expect(listOf('author.name', 10, item('1', 1)).apply(event('create', item('2', 2)))).toBe(false)
  })
})
