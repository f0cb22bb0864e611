import type { CollectionDefinition, FieldDefinition } from '@holdfast/contract'
import { expect, it } from 'vitest'
import { compileSchema } from '../../collections/index.js'
import { keptLimitsOf } from './kept-limits.js'

const relation = (collection: string, more: Partial<FieldDefinition> = {}): FieldDefinition => ({
  name: `to${collection}`,
  type: 'relation',
  collection,
  ...more,
})
const collection = (name: string, more: Partial<CollectionDefinition> = {}): CollectionDefinition => ({
  name,
  fields: [],
  ...more,
})

const { collections } = compileSchema(
  [
    collection('teams', { trash: { days: 90 } }),
    collection('posts', { trash: true, fields: [relation('teams', { onDelete: 'cascade' })] }),
    collection('comments', { fields: [relation('posts', { onDelete: 'cascade' })] }),
    collection('pins', { fields: [relation('comments')] }),
    collection('loops', { fields: [relation('loops', { onDelete: 'cascade' })], history: { days: 7 } }),
    collection('papers', { history: true }),
  ],
  1,
)
const limits = (name: string) => keptLimitsOf(collections.get(name)!, collections)

it('keeps deletes as long as the longest trash that may bring them back', () => {
  expect(limits('teams').deleteDays).toBe(90)
  expect(limits('posts').deleteDays).toBe(90)
  expect(limits('comments').deleteDays).toBe(90)
  expect(limits('pins').deleteDays).toBe(0)
  expect(limits('loops').deleteDays).toBe(0)
})

it('keeps what deletes of others emptied as long as these', () => {
  expect(limits('pins').undoDays).toBe(90)
  expect(limits('teams').undoDays).toBe(90)
  expect(limits('papers').undoDays).toBe(0)
})

it('tells history for ever from history for days', () => {
  expect(limits('papers')).toMatchObject({ forEver: true, historyDays: undefined })
  expect(limits('loops')).toMatchObject({ forEver: false, historyDays: 7 })
  expect(limits('posts')).toMatchObject({ forEver: false, historyDays: undefined })
})
