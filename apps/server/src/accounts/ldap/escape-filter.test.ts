import { describe, expect, it } from 'vitest'
import { fillFilter } from './escape-filter.js'

describe('fillFilter', () => {
  it.each([
    ['ada', '(uid=ada)'],
    ['*', '(uid=\\2a)'],
    ['ada)(|(uid=*', '(uid=ada\\29\\28|\\28uid=\\2a)'],
    ['a\\2a', '(uid=a\\5c2a)'],
    ['a\0b', '(uid=a\\00b)'],
    ['{username}', '(uid={username})'],
    ['$&$1', '(uid=$&$1)'],
    ['zoë', '(uid=zoë)'],
  ])('%j', (name, filter) => {
    expect(fillFilter('(uid={username})', name)).toBe(filter)
  })

  it('fills all places', () => {
    expect(fillFilter('(|(uid={username})(mail={username}))', 'a*')).toBe('(|(uid=a\\2a)(mail=a\\2a))')
  })
})
