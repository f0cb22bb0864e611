import type { CollectionDefinition } from '@holdfast/contract'
import { expect, it } from 'vitest'
import { fieldsOf } from '../client/record-fields'
import { placeAt } from './json-place'
import { offersAt } from './offers'

const collections: CollectionDefinition[] = [
  {
    name: 'users',
    fields: [
      { name: 'email', type: 'email' },
      { name: 'level', type: 'integer' },
    ],
  },
  { name: 'crews', members: true, fields: [{ name: 'title', type: 'text' }] },
  {
    name: 'posts',
    fields: [
      { name: 'title', type: 'text' },
      { name: 'status', type: 'select', options: ['draft', 'published'] },
      { name: 'rank', type: 'integer' },
      { name: 'open', type: 'boolean' },
      { name: 'author', type: 'relation', collection: 'users' },
      { name: 'crew', type: 'relation', collection: 'crews' },
      { name: 'mates', type: 'relation', collection: 'users', many: true },
    ],
  },
]

const scope = { fields: fieldsOf(collections[2]!), collections, variables: true }

/** What is offered where the text has a bar. */
function offered(text: string): string[] {
  const place = placeAt(text.replace('|', ''), text.indexOf('|'))
  return place ? offersAt(place, scope).map((offer) => offer.text) : []
}

it('offers fields and what combines conditions where a key may stand', () => {
  expect(offered('{"|')).toEqual(
    expect.arrayContaining(['title', 'status', 'author', 'createdAt', '$and', '$or', '$not']),
  )
  expect(offered('{ "$or": [{ "title": "a" }, { "|" }] }')).toEqual(expect.arrayContaining(['rank', '$not']))
  expect(offered('{"$not":{"|"}}')).toContain('rank')
  expect(offered('{"author.|')).toEqual(expect.arrayContaining(['author.email', 'author.level']))
  expect(offered('|')).toEqual([])
})

it('offers the operators of the field, and no others', () => {
  expect(offered('{ "rank": { "|" } }')).toEqual(expect.arrayContaining(['$gt', '$between', '$null']))
  expect(offered('{ "rank": { "|" } }')).not.toContain('$contains')
  expect(offered('{ "open": { "|')).toEqual(['$eq', '$null'])
  expect(offered('{ "mates": { "$some": { "|" } } }')).toContain('email')
})

it('offers values of the field and what of the caller compares with it', () => {
  expect(offered('{ "status": "|" }')).toEqual(expect.arrayContaining(['draft', 'published']))
  expect(offered('{ "status": { "$in": ["draft", "|"] } }')).toContain('published')
  expect(offered('{ "author": "|" }')).toContain('$user.id')
  expect(offered('{ "author": "|" }')).not.toContain('$user.email')
  expect(offered('{ "author.id": "|" }')).toContain('$user.id')
  expect(offered('{ "crew": { "$in": "|" } }')).toEqual(expect.arrayContaining(['$user.team', '$user.teams.owner']))
  expect(offered('{ "rank": { "$gt": "|" } }')).toEqual(['$user.level', '$user.version'])
  expect(offered('{ "createdAt": { "$gt": "|" } }')).toContain('$now(-7d)')
  expect(offered('{ "open": |')).toEqual(['true', 'false'])
  expect(offered('{ "rank": { "$null": t|')).toEqual(['true', 'false'])
  expect(offered('{ "rank": { "$gt": { "$field": "|" } } }')).toContain('title')
})

it('is not misled by quotes, escapes and texts that end early', () => {
  expect(offered('{ "title": "a\\"{[", "|')).toContain('rank')
  expect(offered('{ "nothing": { "|')).toEqual([])
  expect(offered('{ "$and": { "|')).toEqual([])
})
