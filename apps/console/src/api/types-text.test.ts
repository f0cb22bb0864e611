import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { typesOf } from './types-text'

const all = readFileSync(new URL('../../../../packages/sdk/fixtures/schema.ts', import.meta.url), 'utf8')

it('takes the interfaces of one collection, with what is said of them', () => {
  const text = typesOf(all, 'posts')
  expect(text.match(/export interface \w+/g)).toEqual(
    ['Post', 'PostCreate', 'PostUpdate', 'PostExpand', 'PostTypes'].map((name) => `export interface ${name}`),
  )
  expect(text).toContain('/** Articles of the blog. */')
  expect(typesOf(all, 'nothing')).toBe('')
})
