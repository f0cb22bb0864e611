import type { ConditionJson } from '@holdfast/contract'
import { describe, expect, it } from 'vitest'
import { countRules, newGroup, newRule, toFilterJson, toFilterTree } from './filter-tree'

const same = (filter: ConditionJson) => toFilterJson(toFilterTree(filter))

describe('a filter that is edited', () => {
  it.each<ConditionJson>([
    {},
    { status: 'published' },
    { status: 'published', views: { $gte: 10, $lt: 20 } },
    { $or: [{ status: 'draft' }, { 'author.name': { $contains: 'a' }, views: { $in: [1, 2] } }] },
    { $not: { status: 'draft' } },
    { $not: { $or: [{ a: 1 }, { b: 2 }] } },
    { name: 'x', $or: [{ a: 1 }, { b: { $null: false } }] },
    { $and: [{ $or: [{ a: 1 }, { b: 2 }] }, { $or: [{ c: 1 }, { d: 2 }] }] },
    { endsAt: { $gt: { $field: 'startsAt' } } },
    { comments: { $some: { stars: { $gt: 3 } } }, $search: 'tea' },
    { at: { $near: { lat: 1, lon: 2, km: 3 } } },
  ])('comes back as it was: %j', (filter) => {
    expect(same(filter)).toEqual(filter)
  })

  it('says null by its operator', () => {
    expect(same({ a: null })).toEqual({ a: { $null: true } })
  })

  it('keeps two conditions on one field apart where one object could not hold both', () => {
    const group = newGroup('$and', [
      { ...newRule('tags', '$has'), value: 'a' },
      { ...newRule('tags', '$has'), value: 'b' },
    ])
    expect(toFilterJson(group)).toEqual({ $and: [{ tags: { $has: 'a' } }, { tags: { $has: 'b' } }] })
  })

  it('leaves out what is not finished', () => {
    expect(toFilterJson(newGroup('$or', [newRule('a'), { ...newRule('b'), value: 1 }]))).toEqual({ b: 1 })
    expect(countRules({ a: 1, $or: [{ b: 1 }, { c: { $gt: 1, $lt: 2 } }] })).toBe(4)
  })
})
