import { describe, expect, it } from 'vitest'
import { parsePageQuery, toPage } from './page-query.js'

const id = '0198c0de-0000-7000-8000-000000000001'

describe('parsePageQuery', () => {
  it('takes a limit and a cursor', () => {
    expect(parsePageQuery({ limit: '50', cursor: id })).toEqual({ limit: 50, after: id })
    expect(parsePageQuery({})).toEqual({ limit: 30 })
  })

  it.each([
    [{ limit: '0' }, 'invalid_query'],
    [{ limit: '1001' }, 'invalid_query'],
    [{ limit: '1e3' }, 'invalid_query'],
    [{ limit: ['1', '2'] }, 'invalid_query'],
    [{ cursor: 'next' }, 'invalid_cursor'],
    [{ offset: '10' }, 'invalid_query'],
  ])('refuses %j', (raw, code) => {
    expect(() => parsePageQuery(raw)).toThrow(expect.objectContaining({ code }))
  })
})

describe('toPage', () => {
  it('names the last item as cursor when more follow', () => {
    const items = ['a', 'b', 'c'].map((name) => ({ id: name }))
    expect(toPage(items, { limit: 2 })).toEqual({ data: [{ id: 'a' }, { id: 'b' }], meta: { nextCursor: 'b' } })
    expect(toPage(items, { limit: 3 })).toEqual({ data: items, meta: { nextCursor: null } })
  })
})
