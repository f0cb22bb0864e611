import { describe, expect, it } from 'vitest'
import { type GridRecord, type ReadRequest, RecordList } from './record-list'

/** A list of `count` records, read as the API reads it: cursors name the record they lie after or before. */
function listOf(count: number) {
  const requests: ReadRequest[] = []
  const all = Array.from({ length: count }, (_, n): GridRecord => ({ id: `r${n}`, version: 1, n }))
  const list = new RecordList(async (request) => {
    requests.push(request)
    const { reversed, cursor, offset = 0, limit } = request
    const rows = reversed ? all.toReversed() : all
    const [side, place] =
      cursor === undefined ? ['after', offset - 1] : ([cursor.slice(0, 1), Number(cursor.slice(1))] as const)
    const back = side === 'b'
    const from = back ? Math.max(0, place - limit) : place + 1
    const to = back ? place : Math.min(rows.length, from + limit)
    const data = rows.slice(from, to)
    const previousCursor = from > 0 ? `b${from}` : null
    return {
      data,
      meta: { nextCursor: to < rows.length ? `a${to - 1}` : null, ...(cursor !== undefined && { previousCursor }) },
    }
  })
  const settle = async () => {
    do await new Promise((resolve) => setTimeout(resolve, 70))
    while (list.isLoading)
  }
  return { list, requests, settle }
}

const n = (list: RecordList, index: number) => list.row(index)?.['n']

describe('a list of records', () => {
  it('reads on while one goes down, and lets go of what is far away', async () => {
    const { list, settle } = listOf(5_000)
    for (let first = 0; first < 3_000; first += 40) {
      list.want(first, first + 40)
      await Promise.resolve()
      while (list.isLoading) await new Promise((resolve) => setTimeout(resolve))
      expect(n(list, first + 20)).toBe(first + 20)
    }
    await settle()
    expect(list.keptRows).toBeLessThanOrEqual(1_000)
    for (let first = 2_990; first >= 0; first -= 40) {
      list.want(first, first + 40)
      while (list.isLoading) await new Promise((resolve) => setTimeout(resolve))
      expect(n(list, first + 20)).toBe(first + 20)
    }
    expect(list.keptRows).toBeLessThanOrEqual(1_000)
  })

  it('jumps to the end and to the middle, and goes on both ways from there', async () => {
    const { list, requests, settle } = listOf(5_000)
    list.want(0, 40)
    await settle()
    list.setTotal(5_000)
    list.want(4_960, 5_000)
    await settle()
    expect(n(list, 4_999)).toBe(4_999)
    expect(list.rowCount).toBe(5_000)
    list.want(4_700, 4_740)
    await settle()
    expect(n(list, 4_720)).toBe(4_720)
    for (const place of [1_200, 3_300]) {
      list.want(place, place + 40)
      await settle()
      expect([place, place + 40].map((index) => n(list, index))).toEqual([place, place + 40])
      list.want(place - 150, place - 110)
      await settle()
      expect(n(list, place - 130)).toBe(place - 130)
    }
    expect(Math.max(...requests.map(({ offset = 0 }) => offset))).toBeLessThan(2_500)
  })

  it('corrects its numbers where the total was a guess', async () => {
    const { list, settle } = listOf(500)
    list.want(0, 40)
    await settle()
    list.setTotal(3_000)
    list.want(2_960, 3_000)
    await settle()
    expect(n(list, 2_999)).toBe(499)
    let index = 2_960
    for (let step = 0; step < 12; step += 1) {
      const before = list.shifted
      index = Math.max(0, index - 40)
      list.want(index, index + 40)
      await settle()
      index += list.shifted - before
    }
    expect(n(list, 0)).toBe(0)
    expect(list.rowCount).toBe(500)
  })

  it('refreshes where one is, and marks what is gone', async () => {
    const { list, settle } = listOf(1_000)
    list.want(0, 40)
    await settle()
    list.change('r3', { n: 'three' })
    list.markGone('r4')
    expect([n(list, 3), list.gone.has('r4')]).toEqual(['three', true])
    await list.refresh()
    await settle()
    expect([n(list, 3), list.gone.size]).toEqual([3, 0])
  })

  it('says why it failed, and tries again when told', async () => {
    let fails = true
    const list = new RecordList(async () => {
      if (fails) throw new Error('busy')
      return { data: [{ id: 'a', version: 1 }], meta: { nextCursor: null } }
    })
    list.want(0, 40)
    await expect.poll(() => list.error).toBeInstanceOf(Error)
    fails = false
    list.retry()
    await expect.poll(() => list.rowCount).toBe(1)
    expect(list.error).toBeUndefined()
  })
})
