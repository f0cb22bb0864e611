import type { Json } from '@holdfast/contract'
import { expect, it } from 'vitest'
import type { VersionRow } from './plan-versions.js'
import { toVersionJson } from './to-version.js'

type Image = { readonly [field: string]: Json }

const version = (action: VersionRow[1], after: Image, before: Image | null, record: string | null = null) => {
  const texts = [JSON.stringify(after), before && JSON.stringify(before)] as const
  return JSON.parse(toVersionJson([1, action, 2, '2026-01-01T00:00:00.000Z', false, 'ada', ...texts, record, '[]']))
}

it('tells what an update changed, where both images have it', () => {
  const after = { a: 1, b: [1, { c: 2 }], d: 'x', e: null }
  const { changes } = version('update', after, { a: 2, b: [1, { c: 2 }], e: 'y', f: 'z' })
  expect(changes).toEqual({ a: { from: 2, to: 1 }, e: { from: 'y', to: null } })
})

it('tells nothing of what may not be read before', () => {
  expect(version('update', { a: 1 }, null).changes).toEqual({})
  expect(version('base', { a: 1 }, null).changes).toEqual({})
})

it('tells what was there of records that came and went', () => {
  const image = { a: 1, b: null, c: [] }
  expect(version('create', image, null).changes).toEqual({ a: { from: null, to: 1 } })
  expect(version('delete', image, null).changes).toEqual({ a: { from: 1, to: null } })
})

it('leaves out who it was where that is closed, and gives the record as PostgreSQL wrote it', () => {
  const row = ['{}', null] as const
  const text = toVersionJson([1, 'update', 2, 'then', true, null, ...row, '{"n":1.00000000000000000001}', '[]'])
  expect(text).toBe(
    '{"version":2,"action":"update","at":"then","user":null,"changes":{},"record":{"n":1.00000000000000000001}}',
  )
  expect('user' in version('update', {}, {})).toBe(false)
})
