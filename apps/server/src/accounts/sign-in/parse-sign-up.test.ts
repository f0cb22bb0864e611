import { describe, expect, it } from 'vitest'
import { parseSignUp } from './parse-sign-up.js'

const fields = new Set(['displayName'])
const account = { email: 'Ada@example.com', password: 'correct horse' }

describe('parseSignUp', () => {
  it('tells the profile from the credentials', () => {
    expect(parseSignUp({ ...account, displayName: 'Ada' }, fields)).toEqual({
      email: 'ada@example.com',
      password: 'correct horse',
      profile: { displayName: 'Ada' },
    })
  })

  it.each([
    'role',
    'roles',
    'id',
    'createdAt',
    'createdBy',
    'version',
    'verified',
    'tokenKey',
    'displayname',
    'password_hash',
  ])('refuses %s', (name) => {
    const attempt = () => parseSignUp({ ...account, [name]: 'x' }, fields)
    expect(attempt).toThrow(expect.objectContaining({ code: 'unknown_field' }))
  })

  it.each([[null], ['text'], [7], [[account]]])('refuses the body %j', (body) => {
    expect(() => parseSignUp(body, fields)).toThrow(expect.objectContaining({ code: 'invalid_body' }))
  })

  it.each([
    [{}, ['email', 'password']],
    [{ ...account, email: ['ada@example.com'] }, ['email']],
    [{ ...account, email: { $ne: null } }, ['email']],
    [{ ...account, password: 12345678 }, ['password']],
    [{ ...account, password: null }, ['password']],
    [{ ...account, email: 'nobody' }, ['email']],
  ])('reports what is wrong in %j', (body, paths) => {
    let errors: { path: string }[] = []
    try {
      parseSignUp(body, fields)
    } catch (error) {
      errors = (error as { options: { errors: { path: string }[] } }).options.errors
    }
    expect(errors.map(({ path }) => path)).toEqual(paths)
  })
})
