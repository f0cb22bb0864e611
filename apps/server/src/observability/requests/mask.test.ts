import { describe, expect, it } from 'vitest'
import { maskPath, maskQuery } from './mask.js'

const token = 'q3Zk9vTn0aXy7LmP2sRdWfUh'

describe('paths in the log', () => {
  it.each([
    ['/api/v1/collections/notes/records/0190f1c2-7c1e-7abc-8def-0123456789ab', undefined],
    ['/api/v1/admin/collections/a_collection_with_a_long_name_indeed', undefined],
  ])('stay as they are: %s', (path, route) => {
    expect(maskPath(path, route)).toBe(path)
  })

  it.each([
    [`/api/v1/invites/${token}`, undefined, '/api/v1/invites/…'],
    ['/api/v1/x/sk_abc', undefined, '/api/v1/x/…'],
    ['/api/v1/x/s%6b_abc', undefined, '/api/v1/x/…'],
    ['/api/v1/invites/short', '/api/v1/invites/{token}', '/api/v1/invites/…'],
    ['/x/eyJhbGciOiJFZERTQSJ9.e30.x', undefined, '/x/…'],
  ])('hold no secret: %s', (path, route, expected) => {
    expect(maskPath(path, route)).toBe(expected)
  })
})

describe('queries in the log', () => {
  it('keep how a list is shown, and the names of the rest', () => {
    expect(maskQuery('/x?limit=5&sort=-views&filter=%7B%22email%22%3A%22a%40b.c%22%7D')).toBe(
      'limit=5&sort=-views&filter=…',
    )
    expect(maskQuery(`/x?token=${token}&${token}=1&limit=${token}`)).toBe('token=…&…&limit=…')
    expect(maskQuery('/x')).toBeNull()
  })
})
