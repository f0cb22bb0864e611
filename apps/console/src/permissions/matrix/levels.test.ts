import type { CollectionDefinition, RuleDefinition } from '@holdfast/contract'
import { expect, it } from 'vitest'
import { accessOf, fieldLevelOf } from './levels'

const withRules = (rules: RuleDefinition[], more: Partial<CollectionDefinition> = {}): CollectionDefinition => ({
  name: 'posts',
  fields: [
    { name: 'title', type: 'text' },
    { name: 'price', type: 'integer' },
    { name: 'secret', type: 'text', hidden: true },
  ],
  rules,
  ...more,
})

const level = (rules: RuleDefinition[], role = 'editor', more = {}) =>
  accessOf(withRules(rules, more), role, 'read').level

it('tells what rules open', () => {
  expect(level([])).toBe('none')
  expect(level([], 'admin')).toBe('all')
  expect(level([{ role: 'editor', action: 'read' }])).toBe('all')
  expect(level([{ role: 'editor', action: 'update' }])).toBe('none')
  expect(level([{ role: 'editor', action: 'read', conditions: {} }])).toBe('all')
  expect(level([{ role: 'editor', action: 'read', fields: ['title'] }])).toBe('fields')
  expect(level([{ role: 'editor', action: 'read', fields: ['title', 'price'] }])).toBe('all')
  expect(level([{ role: 'editor', action: ['read'], conditions: { price: 1 } }])).toBe('rows')
})

it('counts what everybody may, and says so', () => {
  const collection = withRules([{ role: 'public', action: 'read' }])
  expect(accessOf(collection, 'editor', 'read')).toEqual({ level: 'all', inherited: true })
  expect(accessOf(collection, 'public', 'read')).toEqual({ level: 'all', inherited: false })
  expect(level([{ role: 'user', action: 'read' }], 'public')).toBe('none')
})

it('lets denials win', () => {
  const open: RuleDefinition = { role: 'user', action: 'read' }
  expect(level([{ role: 'editor', action: 'read', deny: true }, open])).toBe('none')
  expect(level([open, { role: 'editor', action: 'read', deny: true, conditions: { price: 1 } }])).toBe('rows')
  expect(level([open, { role: 'editor', action: 'read', deny: true, fields: ['price'] }])).toBe('fields')
})

it('knows that teams limit what is open', () => {
  expect(level([{ role: 'user', action: 'read' }], 'user', { tenant: 'crew' })).toBe('rows')
  expect(level([{ role: 'public', action: 'read' }], 'public', { tenant: 'crew' })).toBe('none')
})

it('tells the same of one field', () => {
  const collection = withRules([
    { role: 'user', action: 'read', fields: ['title'] },
    { role: 'editor', action: 'read', conditions: { title: 'x' } },
  ])
  const [title, price, secret] = collection.fields
  expect(fieldLevelOf(collection, 'user', 'read', title!)).toBe('all')
  expect(fieldLevelOf(collection, 'user', 'read', price!)).toBe('none')
  expect(fieldLevelOf(collection, 'editor', 'read', price!)).toBe('rows')
  expect(fieldLevelOf(collection, 'editor', 'read', secret!)).toBe('none')
  expect(fieldLevelOf(collection, 'admin', 'read', secret!)).toBe('all')
})
