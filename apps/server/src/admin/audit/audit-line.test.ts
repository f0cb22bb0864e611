import { describe, expect, it } from 'vitest'
import { actionOf, pathsOf, targetOf } from './audit-line.js'

describe('a line of the audit log', () => {
  it.each([
    ['POST', '/api/v1/admin/collections', 'collections.create'],
    ['PATCH', '/api/v1/admin/settings/{section}', 'settings.update'],
    ['DELETE', '/api/v1/admin/api-keys/{id}', 'apiKeys.delete'],
    ['POST', '/api/v1/admin/users/{id}/impersonate', 'users.impersonate'],
    ['PUT', '/api/v1/admin/users/{id}/roles', 'users.roles.set'],
    ['POST', '/api/v1/admin/schema/apply', 'schema.apply'],
    ['DELETE', '/api/v1/collections/{collection}/trash/{id}', 'collections.trash.delete'],
  ])('says what %s %s does: %s', (method, route, action) => {
    expect(actionOf(method, route)).toBe(action)
  })

  it('names places of a body, and no values', () => {
    const body = {
      smtp: { host: 'x', password: 'secret' },
      fields: [{ name: 'a' }, { name: 'b', type: 'c' }],
      empty: [],
    }
    expect(pathsOf(body)).toEqual(['smtp.host', 'smtp.password', 'fields[].name', 'fields[].type', 'empty'])
    expect(pathsOf(undefined)).toEqual([])
    expect(pathsOf({ a: { b: { c: { d: { e: { f: { g: 1 } } } } } } })).toEqual(['a.b.c.d.e.f'])
    const wide = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`k${at}`, at]))
    expect(pathsOf(wide)).toHaveLength(40)
  })

  it('names what it was done to', () => {
    expect(targetOf({ id: 'x', delivery: 'y' }, 'webhooks.deliveries.resend', {}, {})).toBe('x/y')
    expect(targetOf({}, 'collections.create', {}, { data: { id: '1', name: 'posts' } })).toBe('posts')
    expect(targetOf({}, 'users.create', {}, '{"data":{"id":"1","email":"a@b.c"}}')).toBe('1')
    expect(targetOf({}, 'schema.apply', { collections: [{ name: 'a' }, { name: 'b' }] }, {})).toBe('a, b')
    expect(targetOf({}, 'signingKeys.rotate', undefined, undefined)).toBeNull()
  })
})
