import { expect, it } from 'vitest'
import { takeCursor } from './take-cursor.js'

it.each([
  ['', '', undefined],
  ['limit=2', 'limit=2', undefined],
  ['cursor=abc', '', 'abc'],
  ['cursor=abc&limit=2', 'limit=2', 'abc'],
  ['limit=2&cursor=abc', 'limit=2', 'abc'],
  ['limit=2&cursor=abc&sort=a', 'limit=2&sort=a', 'abc'],
  ['cursor=', '', ''],
  ['xcursor=abc', 'xcursor=abc', undefined],
  ['filter=x%26cursor=1', 'filter=x%26cursor=1', undefined],
  ['cursor=a&cursor=b', 'cursor=b', 'a'],
  ['%63ursor=a', '%63ursor=a', undefined],
])('%j → %j and %j', (search, rest, cursor) => expect(takeCursor(search)).toEqual({ rest, cursor }))
