import { HoldfastError } from '@holdfast/sdk'
import { expect, it } from 'vitest'
import { writeByIds } from './write-by-ids'

const ids = Array.from({ length: 1_500 }, (_, n) => `id${n}`)
const idsIn = (filter: object): string[] => [...JSON.stringify(filter).matchAll(/"(id\d+)"/g)].map(([, id]) => id!)

it('writes many in one request', async () => {
  const asked: object[] = []
  const write = async (filter: object) => asked.push(filter) && idsIn(filter).length
  expect(await writeByIds(ids, write)).toBe(1_500)
  expect(asked).toHaveLength(1)
  expect(asked[0]).toMatchObject({ $or: [{ id: { $in: { length: 1_000 } } }, { id: { $in: { length: 500 } } }] })
  await writeByIds(['id1'], write)
  expect(asked[1]).toEqual({ id: { $in: ['id1'] } })
})

it('writes in portions behind a proxy that takes only short URLs, and tells of any other refusal', async () => {
  const refusal = (status: number) => new HoldfastError(status, { code: 'unexpected_response' } as never)
  const written: string[] = []
  const count = await writeByIds(ids, async (filter) => {
    const found = idsIn(filter)
    if (found.length > 100) throw refusal(414)
    written.push(...found)
    return found.length
  })
  expect([count, written]).toEqual([1_500, ids])
  await expect(writeByIds(ids, () => Promise.reject(refusal(403)))).rejects.toMatchObject({ status: 403 })
})
