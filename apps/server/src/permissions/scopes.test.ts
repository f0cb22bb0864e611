import type { ConditionJson } from '@holdfast/contract'
import { describe, expect, it } from 'vitest'
import { testDefinitions, testSchema } from '../../test/support/test-schema.js'
import { type Collection, compileSchema } from '../collections/index.js'
import { conditionToSql, isAlways, Params, SqlContext } from '../query/index.js'
import { Scopes } from './scopes.js'

const posts = testSchema.collections.get('posts')!
const users = testSchema.collections.get('users')!
const audit = testSchema.collections.get('audit')!
const scopesOf = (...roles: string[]): Scopes => new Scopes(testSchema, new Set(roles))
const sqlOf = (condition: Parameters<typeof conditionToSql>[0]): string =>
  conditionToSql(condition, 'p', new SqlContext(new Params()))

function postsWith(rules: Collection['definition']['rules'], ...roles: string[]) {
  const definitions = testDefinitions.map((definition) =>
    definition.name === 'posts' ? { ...definition, rules } : definition,
  )
  const schema = compileSchema(definitions, 2)
  return { scopes: new Scopes(schema, new Set(roles)), posts: schema.collections.get('posts')! }
}

describe('the rows a caller may read', () => {
  it('are none without a rule', () => {
    expect(scopesOf('public').read(users)).toBeUndefined()
    expect(scopesOf('public', 'user', 'other').read(audit)).toBeUndefined()
    expect(scopesOf().read(posts)).toBeUndefined()
  })

  it('are those of all rules together', () => {
    expect(sqlOf(scopesOf('public').read(posts)!.condition)).toBe('p."status" = $1::text')
    expect(sqlOf(scopesOf('public', 'user').read(posts)!.condition)).toBe(
      '(p."author" = $1::uuid or p."status" = $2::text)',
    )
  })

  it('are all for an admin, hidden fields included', () => {
    const scope = new Scopes(testSchema, undefined).read(posts)!
    expect(isAlways(scope.condition)).toBe(true)
    expect(scope.readable('note')).toBeDefined()
  })

  it('shrink by a denial, whatever the order of the rules', () => {
    const deny = { role: 'user', action: 'read', conditions: { status: 'draft' }, deny: true } as const
    const allow = { role: 'user', action: 'read' } as const
    for (const rules of [
      [deny, allow],
      [allow, deny],
    ]) {
      const { scopes, posts: target } = postsWith(rules, 'public', 'user')
      expect(sqlOf(scopes.read(target)!.condition)).toBe('(p."status" = $1::text) is not true')
    }
    const { scopes, posts: target } = postsWith([allow, { ...deny, conditions: undefined }], 'user')
    expect(scopes.read(target)).toBeUndefined()
  })

  it('are none where a rule speaks of a user and nobody is signed in, and a denial of that kind takes all', () => {
    const rule = { role: 'public', action: 'read', conditions: { author: { $ne: '$user.id' } } } as const
    const anonymous = postsWith([rule], 'public')
    expect(anonymous.scopes.read(anonymous.posts)).toBeUndefined()
    const denied = postsWith(
      [
        { role: 'public', action: 'read' },
        { ...rule, deny: true },
      ],
      'public',
    )
    expect(denied.scopes.read(denied.posts)).toBeUndefined()
  })

  it('are none as soon as a rule names the caller, even where its meaning does not depend on it', () => {
    const conditions: ConditionJson = { $or: [{ status: 'published' }, { status: 'published', author: '$user.id' }] }
    const { scopes, posts: target } = postsWith([{ role: 'public', action: 'read', conditions }], 'public')
    expect(scopes.read(target)).toBeUndefined()
  })

  it('need a value for every variable that is looked up', () => {
    expect(sqlOf(scopesOf('user', 'teamLead').read(posts)!.condition)).toContain('is not null) and p."title" =')
  })
})

describe('the fields a caller may read', () => {
  it('are those of the rule, id included, hidden ones never', () => {
    const scope = scopesOf('public').read(posts)!
    expect(scope.readableFields().map(({ field }) => field.name)).toEqual([
      'id',
      'createdAt',
      'title',
      'body',
      'status',
      'author',
    ])
    expect(scope.readable('note')).toBeUndefined()
    expect(scopesOf('user').read(posts)!.readable('note')).toBeUndefined()
  })

  it('are masked per row when only some rules open them: fields of one rule never join the rows of another', () => {
    const scope = scopesOf('public', 'user').read(posts)!
    expect(isAlways(scope.readable('title')!.mask)).toBe(true)
    expect(sqlOf(scope.readable('salary')!.mask)).toBe('p."author" = $1::uuid')
  })

  it('lose those of a denial', () => {
    const scope = scopesOf('user', 'blind').read(posts)!
    expect(scope.readable('title')).toBeUndefined()
    expect(scope.readable('body')).toBeDefined()
  })

  it('are none for a rule with an empty list', () => {
    const open = { role: 'user', action: 'read' } as const
    const given = postsWith([{ ...open, fields: [] }], 'user')
    expect(given.scopes.read(given.posts)).toBeUndefined()
    const taken = postsWith([open, { ...open, fields: [], deny: true }], 'user')
    expect(taken.scopes.read(taken.posts)).toBeUndefined()
  })
})

describe('related records', () => {
  it('are those the caller may read, and behind an inverse relation only where the field that points here is readable', () => {
    const own = scopesOf('public', 'user')
    expect(sqlOf(own.read(posts)!.related(posts.fields.get('author')!)!.condition)).toBe('p."id" = $1::uuid')
    expect(scopesOf('public').read(posts)!.related(posts.fields.get('author')!)).toBeUndefined()
    expect(scopesOf('public').read(posts)!.readable('entries')).toBeUndefined()
    expect(scopesOf('public').read(posts)!.readable('comments')).toBeDefined()
  })
})

describe('a write', () => {
  const fields = (...names: string[]) => names.map((name) => posts.fields.get(name)!)

  it('sets what the rule presets, and refuses it from the caller', () => {
    const scope = scopesOf('public', 'user').create(posts)!
    expect(scope.grants(fields('title'))[0]!.preset.has('author')).toBe(true)
    expect(scope.grants(fields('title', 'author'))).toEqual([])
    expect(scope.grants(fields('title', 'body'))).toEqual([])
  })

  it('needs every field open in the row: fields of one rule never join the rows of another', () => {
    const { scopes, posts: target } = postsWith(
      [
        { role: 'user', action: 'update', fields: ['title'], conditions: { status: 'draft' } },
        { role: 'user', action: 'update', fields: ['body'], conditions: { status: 'published' } },
      ],
      'user',
    )
    const scope = scopes.update(target)!
    const names = (...list: string[]) => list.map((name) => target.fields.get(name)!)
    expect(sqlOf(scope.grants(names('title'))[0]!.condition)).toContain('p."status" = $1::text')
    expect(sqlOf(scope.grants(names('title', 'body'))[0]!.condition)).toMatch(/p\."status" = .* and .*p\."status" = /)
    expect(scope.grants(names('views'))).toEqual([])
  })

  it('is closed without a rule', () => {
    expect(scopesOf('public').create(posts)).toBeUndefined()
    expect(scopesOf('public', 'user').update(users)).toBeUndefined()
    expect(scopesOf('public', 'user').delete(users)).toBeUndefined()
  })
})

it('keeps collections with the names CASL gives to everything apart', () => {
  const all = compileSchema(
    [
      ...testDefinitions,
      {
        ...testDefinitions[3]!,
        id: '00000000-0000-7000-8000-000000000009',
        name: 'all',
        fields: [],
        rules: [{ role: 'user', action: 'read' }],
      },
    ],
    3,
  )
  const scopes = new Scopes(all, new Set(['user']))
  expect(scopes.read(all.collections.get('all')!)).toBeDefined()
  expect(scopes.read(all.collections.get('audit')!)).toBeUndefined()
})
