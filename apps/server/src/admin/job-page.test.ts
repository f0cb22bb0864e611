import { describe, expect, it } from 'vitest'
import { parseJobQuery, toJobPage } from './job-page.js'

const id = '0198c0de-0000-7000-8000-000000000001'
const place = { createdAt: '2026-11-21 14:02:03.456789+00', id }
const listed = (n: number) => ({ info: { id: String(n) } as never, place })

describe('parseJobQuery', () => {
  it('takes a state, a name, a limit and the cursor of an earlier page', () => {
    const cursor = toJobPage([listed(1), listed(2)], 1).meta.nextCursor!
    expect(parseJobQuery({ state: 'failed', name: 'backup.create', limit: '5', cursor })).toEqual({
      state: 'failed',
      name: 'backup.create',
      limit: 5,
      after: place,
    })
    expect(parseJobQuery({})).toEqual({ limit: 30 })
  })

  it.each([
    [{ state: 'active' }, 'invalid_query'],
    [{ state: ['failed', 'failed'] }, 'invalid_query'],
    [{ name: "x' or 1=1" }, 'invalid_query'],
    [{ name: '' }, 'invalid_query'],
    [{ limit: '0' }, 'invalid_query'],
    [{ offset: '1' }, 'invalid_query'],
    [{ cursor: id }, 'invalid_cursor'],
    [{ cursor: '' }, 'invalid_cursor'],
    [{ cursor: Buffer.from(`2026-99-99 14:02:03+00 ${id}`).toString('base64url') }, 'invalid_cursor'],
  ])('refuses %j', (raw, code) => {
    expect(() => parseJobQuery(raw)).toThrow(expect.objectContaining({ code }))
  })
})

describe('toJobPage', () => {
  it('has a cursor when more follow', () => {
    expect(toJobPage([listed(1), listed(2)], 2)).toEqual({
      data: [{ id: '1' }, { id: '2' }],
      meta: { nextCursor: null },
    })
    expect(toJobPage([listed(1), listed(2)], 1).data).toEqual([{ id: '1' }])
  })
})
