import type { CollectionDefinition, Json } from '@holdfast/contract'
import { describe, expect, it } from 'vitest'
import { AppError, newId } from '../../lib/index.js'
import { usersDefinition } from './built-in.js'
import { checkSchema, type RawChange } from './check-schema.js'
import type { WantedSchema } from './identify.js'

const users: CollectionDefinition = {
  ...usersDefinition,
  id: newId(),
  fields: usersDefinition.fields.map((field) => ({ id: newId(), ...field })),
}

const check = (
  collections: unknown[],
  current: CollectionDefinition[] = [users],
  drop: string[] = [],
): WantedSchema => {
  const change: RawChange = {
    collections: collections.map((raw, index) => ({
      raw: raw as Json,
      path: collections.length === 1 ? '' : `collections.${index}`,
    })),
    drop: drop.map((name, index) => ({ name, path: `drop.${index}` })),
  }
  return checkSchema(current, change)
}

/** `path code` of everything that is wrong. */
const problemsOf = (...args: Parameters<typeof check>): string[] => {
  try {
    check(...args)
    return []
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    expect(error.code).toBe('invalid_definition')
    return error.options.errors!.map(({ path, code }) => `${path} ${code}`)
  }
}
const messageOf = (...args: Parameters<typeof check>): string => {
  try {
    check(...args)
  } catch (error) {
    return (error as AppError).options.errors![0]!.message
  }
  return ''
}

const posts = (...fields: unknown[]) => ({ name: 'posts', fields })
const withRules = (...rules: unknown[]) => ({
  name: 'posts',
  fields: [
    { name: 'title', type: 'text', required: true },
    { name: 'secret', type: 'text', hidden: true },
    { name: 'author', type: 'relation', collection: 'users', inverse: 'posts' },
    { name: 'labels', type: 'tags' },
    { name: 'size', type: 'computed', expression: 'length(title)', returns: 'integer' },
  ],
  rules,
})

describe('a definition', () => {
  it('gets ids, loses what is false, and keeps the order of its fields', () => {
    const { definitions } = check([posts({ name: 'b', type: 'text', required: false }, { name: 'a', type: 'text' })])
    const [b, a] = definitions.find(({ name }) => name === 'posts')!.fields
    expect(b).toEqual({ id: expect.stringMatching(/^[0-9a-f-]{36}$/), name: 'b', type: 'text' })
    expect(a!.name).toBe('a')
  })

  it('is told everything that is wrong with it at once, with paths', () => {
    const fields = [
      { name: 'title', type: 'text', maxLenght: 5 },
      { name: 'views', type: 'integer', maxLength: 5 },
      { name: 'Views', type: 'integer' },
      { name: 'kind', type: 'selekt' },
      { type: 'text' },
      { name: 'n', type: 'integer', min: 5, max: 1, default: 'x' },
    ]
    expect(problemsOf([{ ...posts(...fields), colour: 1, indexes: [{ fields: ['nope', 'title'] }] }])).toEqual([
      'colour unknown_key',
      'fields.0.maxLenght unknown_key',
      'fields.3.type wrong_type',
      'fields.4.name required',
    ])
    expect(problemsOf([posts(...fields.slice(1, 3), fields[5])])).toEqual([
      'fields.0.maxLength unfit_key',
      'fields.1.name invalid_name',
      'fields.1.name duplicate',
      'fields.2.min out_of_range',
    ])
  })

  it('is helped along when a word is nearly right', () => {
    expect(messageOf([posts({ name: 'a', type: 'text', maxLenght: 5 })])).toBe(
      'maxLenght is not a key here. Did you mean maxLength?',
    )
    expect(messageOf([posts({ name: 'a', type: 'strin' })])).not.toContain('Did you mean')
    expect(messageOf([posts({ name: 'a', type: 'integr' })])).toContain('Did you mean integer?')
    expect(messageOf([{ ...posts({ name: 'title', type: 'text' }), indexes: [{ fields: ['titel'] }] }])).toContain(
      'Did you mean title?',
    )
  })

  it('must be an object whose parts have the right types', () => {
    for (const raw of [null, 5, 'x', [], true]) expect(problemsOf([raw])).not.toEqual([])
    expect(problemsOf([{ name: 5, fields: {} }])).toEqual(['name wrong_type', 'fields wrong_type'])
    expect(problemsOf([{}])).toEqual(['name required', 'fields required'])
    expect(problemsOf([{ name: 'a', fields: [5] }])).toEqual(['fields.0 wrong_type'])
    expect(problemsOf([{ name: 'a', fields: [], description: 'a\0' }])).toEqual(['description invalid_text'])
    expect(
      problemsOf([JSON.parse('{"name":"a","fields":[{"name":"x","type":"json","default":{"__proto__":1}}]}')]),
    ).toEqual(['fields.0.default forbidden_key'])
  })
})

describe('hostile names', () => {
  const hostile = [
    ...['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', 'then', 'toJSON'],
    ...[
      'select',
      'union',
      'drop',
      'x"; drop table users; --',
      "x'",
      'x y',
      'x.y',
      '$x',
      '',
      'Ünï',
      'ﬁeld',
      'x\0',
      'x\n',
    ],
    ...['1x', '_x', 'X', 'x'.repeat(60)],
  ]

  it.each([...hostile, 'ctid', 'xmin', 'tableoid', 'id', 'createdat', 'createdAt', 'Version', 'expand', 'expandmeta'])(
    'refuses the field %j',
    (name) => {
      expect(problemsOf([posts({ name, type: 'text' })])).not.toEqual([])
    },
  )

  it.each([
    ...hostile,
    'admin',
    'auth',
    'records',
    'query',
    'aggregate',
    'pg_class',
    'pg_x',
    'holdfast',
    'information_schema',
    'users2\u200b',
  ])('refuses the collection %j', (name) => {
    expect(problemsOf([{ name, fields: [] }])).not.toEqual([])
  })

  it('refuses twins that differ in case only', () => {
    expect(problemsOf([posts({ name: 'aB', type: 'text' }, { name: 'ab', type: 'text' })])).toEqual([
      'fields.1.name duplicate',
    ])
    expect(problemsOf([{ name: 'uSers', fields: [] }])).toEqual(['name duplicate'])
    expect(
      problemsOf([
        { name: 'aB', fields: [] },
        { name: 'ab', fields: [] },
      ]),
    ).toHaveLength(2)
  })

  it('takes words that only look dangerous', () => {
    for (const name of ['order', 'user', 'group', 'from', 'to', 'table', 'count', 'limit', 'default', 'x'.repeat(59)])
      expect(problemsOf([posts({ name, type: 'text' })])).toEqual([])
  })

  it('refuses a field of users that sign-in would mix up', () => {
    const withField = (name: string) => ({ ...users, fields: [...users.fields, { name, type: 'text' }] })
    expect(problemsOf([withField('password')])).toEqual(['fields.1.name reserved_name'])
    expect(problemsOf([withField('nickname')])).toEqual([])
  })
})

describe('relations', () => {
  it('point at a collection there is, of the same change too', () => {
    const relation = (collection: string, rest = {}) => ({ name: 'r', type: 'relation', collection, ...rest })
    expect(problemsOf([posts(relation('nope'))])).toEqual(['fields.0.collection unknown_collection'])
    expect(problemsOf([posts(relation('posts'))])).toEqual([])
    expect(problemsOf([posts(relation('tags')), { name: 'tags', fields: [relation('posts')] }])).toEqual([])
    expect(problemsOf([posts(relation('users', { many: true, required: true, onDelete: 'cascade' }))])).toEqual([
      'fields.0.required unfit_key',
      'fields.0.onDelete unfit_key',
    ])
    expect(problemsOf([posts(relation('users', { required: true, onDelete: 'setNull' }))])).toEqual([
      'fields.0.onDelete unfit_key',
    ])
    expect(problemsOf([posts({ name: 'r', type: 'relation' })])).toEqual(['fields.0.collection required'])
  })

  it('have inverse names that are free', () => {
    const relation = (name: string, inverse: string) => ({ name, type: 'relation', collection: 'users', inverse })
    expect(problemsOf([posts(relation('a', 'EMAIL'))])).toEqual([
      'fields.0.inverse invalid_name',
      'fields.0.inverse duplicate',
    ])
    expect(problemsOf([posts(relation('a', 'createdAt'))])).toEqual(['fields.0.inverse reserved_name'])
    expect(problemsOf([posts(relation('a', 'posts'), relation('b', 'posts'))])).toHaveLength(2)
    expect(problemsOf([posts(relation('a', 'posts'), relation('b', 'drafts'))])).toEqual([])
  })

  it('hold back the collection they point at', () => {
    const current = [
      users,
      ...check([
        posts(),
        { name: 'c', fields: [{ name: 'post', type: 'relation', collection: 'posts' }] },
      ]).definitions.filter(({ name }) => name !== 'users'),
    ]
    expect(problemsOf([], current, ['posts'])).toEqual(['c.fields.0.collection unknown_collection'])
    expect(problemsOf([], current, ['posts', 'c'])).toEqual([])
    expect(problemsOf([], current, ['nope'])).toEqual(['drop.0 unknown_collection'])
  })

  it('follow a collection that is renamed', () => {
    const { definitions } = check([
      posts(),
      { name: 'c', fields: [{ name: 'post', type: 'relation', collection: 'posts' }] },
    ])
    const renamed = { ...definitions.find(({ name }) => name === 'posts')!, name: 'articles' }
    const after = check([renamed], [...definitions]).definitions
    expect(after.find(({ name }) => name === 'c')!.fields[0]!.collection).toBe('articles')
  })
})

describe('ids', () => {
  it('stay with a field through a rename, a reorder and a definition without ids', () => {
    const { definitions } = check([posts({ name: 'a', type: 'text' }, { name: 'b', type: 'text' })])
    const [a, b] = definitions.find(({ name }) => name === 'posts')!.fields
    const idsOf = (...fields: unknown[]) =>
      check([posts(...fields)], [...definitions])
        .definitions.find(({ name }) => name === 'posts')!
        .fields.map(({ id }) => id)
    expect(idsOf({ ...a, name: 'c' }, b)).toEqual([a!.id, b!.id])
    expect(idsOf({ name: 'b', type: 'text' }, { name: 'a', type: 'text' })).toEqual([b!.id, a!.id])
    expect(idsOf({ ...a, name: 'b' }, { ...b, name: 'a' })).toEqual([a!.id, b!.id])
    expect(idsOf({ ...a, name: 'b' }, { name: 'a', type: 'text' })[1]).not.toBe(b!.id)
  })

  it('of another server are kept when they are free, and a stolen one is not', () => {
    const id = newId()
    expect(check([posts({ id, name: 'a', type: 'text' })]).definitions[1]!.fields[0]!.id).toBe(id)
    expect(check([posts({ id: users.fields[0]!.id, name: 'a', type: 'text' })]).definitions[1]!.fields[0]!.id).not.toBe(
      users.fields[0]!.id,
    )
    expect(problemsOf([posts({ id, name: 'a', type: 'text' }, { id, name: 'b', type: 'text' })])).toEqual([
      'fields.1.id duplicate',
    ])
  })
})

describe('computed fields', () => {
  const computed = (expression: string, rest = {}) => ({
    name: 'c',
    type: 'computed',
    returns: 'text',
    expression,
    ...rest,
  })
  const base = [
    { name: 'title', type: 'text' },
    { name: 'secret', type: 'text', hidden: true },
    { name: 'n', type: 'integer' },
    { name: 'friends', type: 'relation', collection: 'users', many: true },
  ]

  it.each([
    ['title; drop table users', 'character 6: this character cannot stand here'],
    ["title || (select 'x')", 'character 18: ) is expected'],
    ['pg_sleep(5)', 'character 1: there is no function pg_sleep'],
    ['title::int', 'character 6: this character cannot stand here'],
    ['"title"', 'character 1: this character cannot stand here'],
    ['title || n', 'character 7: || joins texts'],
    ['nope', 'character 1: nope is not a field that can be used here'],
    ['friends', 'character 1: friends is not a field that can be used here'],
    ['c', 'character 1: c is not a field that can be used here'],
    ['n', 'character 1: the expression gives number, not text'],
    ["'open", 'character 1: this character cannot stand here'],
    ['title title', 'character 7: an operator or the end is expected'],
    ['', 'character 1: a field, a value or ( is expected'],
    ['case title end', 'character 6: when is expected'],
    ['upper(title, title)', 'character 1: upper takes 1 value'],
    ['$1', 'character 1: this character cannot stand here'],
    ['title /* x */', 'character 8: a field, a value or ( is expected'],
    ['title -- n', 'character 7: - needs numbers'],
    ['12abc', 'character 1: this character cannot stand here'],
    [`${'('.repeat(100)}title${')'.repeat(100)}`, 'character 42: the expression is nested too deep'],
  ])('refuses %s', (expression, message) => {
    expect(problemsOf([posts(...base, computed(expression))])).toEqual(['fields.4.expression invalid_expression'])
    expect(messageOf([posts(...base, computed(expression))])).toContain(message)
  })

  it('are hidden when they show what is hidden', () => {
    expect(problemsOf([posts(...base, computed('secret'))])).toEqual(['fields.4.hidden shows_hidden'])
    expect(problemsOf([posts(...base, computed('secret', { hidden: true }))])).toEqual([])
  })
})

describe('rules', () => {
  it.each([
    [{ role: 'admin', action: 'read' }, 'rules.0.role reserved_name'],
    [{ role: 'Bad Role', action: 'read' }, 'rules.0.role invalid_name'],
    [{ role: 'user', action: 'fly' }, 'rules.0.action wrong_type'],
    [{ role: 'user', action: [] }, 'rules.0.action too_few'],
    [{ role: 'user', action: ['read', 'read'] }, 'rules.0.action duplicate'],
    [{ role: 'user', action: 'read', fields: [] }, 'rules.0.fields too_few'],
    [{ role: 'user', action: 'read', fields: ['nope'] }, 'rules.0.fields.0 unknown_field'],
    [{ role: 'user', action: 'read', fields: ['secret'] }, 'rules.0.fields.0 hidden_field'],
    [{ role: 'user', action: 'create', fields: ['size'] }, 'rules.0.fields.0 not_writable'],
    [{ role: 'user', action: 'update', fields: ['createdAt'] }, 'rules.0.fields.0 not_writable'],
    [{ role: 'user', action: 'delete', fields: ['title'] }, 'rules.0.fields unfit_key'],
    [{ role: 'user', action: 'read', preset: { title: 'x' } }, 'rules.0.preset unfit_key'],
    [{ role: 'user', action: 'create', preset: {} }, 'rules.0.preset too_few'],
    [{ role: 'user', action: 'create', preset: { title: 5 } }, 'rules.0.preset.title wrong_type'],
    [{ role: 'user', action: 'create', preset: { title: null } }, 'rules.0.preset.title required'],
    [{ role: 'user', action: 'create', preset: { author: '$user.email' } }, 'rules.0.preset.author wrong_type'],
    [{ role: 'user', action: 'create', preset: { author: '$user.nope' } }, 'rules.0.preset.author invalid_value'],
    [{ role: 'user', action: 'create', preset: { size: 5 } }, 'rules.0.preset.size not_writable'],
    [{ role: 'user', action: 'read', conditions: {} }, 'rules.0.conditions invalid_query'],
    [{ role: 'user', action: 'read', conditions: { nope: 1 } }, 'rules.0.conditions.nope unknown_field'],
    [
      { role: 'user', action: 'read', conditions: { title: { $foo: 1 } } },
      'rules.0.conditions.title.$foo unknown_operator',
    ],
    [{ role: 'user', action: 'read', allow: true }, 'rules.0.allow unknown_key'],
  ])('%j is refused', (rule, problem) => {
    expect(problemsOf([withRules(rule)])).toEqual([problem])
  })

  it('may name fields, inverse relations, variables and what they preset', () => {
    const rules = [
      { role: 'public', action: 'read', fields: ['title', 'createdAt'], conditions: { title: { $ne: 'x' } } },
      { role: 'user', action: ['create', 'update'], preset: { author: '$user.id', labels: ['a'] } },
      { role: 'user', action: 'create', preset: { labels: '$user.roles' } },
      { role: 'editor', action: 'read', deny: true, conditions: { 'author.email': '$user.email' } },
    ]
    expect(problemsOf([withRules(...rules)])).toEqual([])
  })

  it('of other collections are checked again when a field they name goes away', () => {
    const { definitions } = check([
      withRules({ role: 'user', action: 'read', conditions: { 'author.posts.title': 'x' } }),
    ])
    const without = {
      ...users,
      rules: [{ role: 'user', action: 'read', conditions: { posts: { $some: { title: 'x' } } } }],
    }
    const current = [...definitions.filter(({ name }) => name !== 'users'), without] as CollectionDefinition[]
    const changed = {
      ...withRules(),
      fields: withRules().fields.filter(({ name }) => name !== 'title' && name !== 'size'),
    }
    expect(problemsOf([changed], current)).toEqual(['users.rules.0.conditions.posts.$some.title unknown_field'])
  })
})

describe('users', () => {
  it('cannot be dropped, renamed or lose what sign-in needs', () => {
    expect(problemsOf([], [users], ['users'])).toEqual(['users built_in'])
    expect(problemsOf([{ ...users, name: 'people' }])).toEqual(['users built_in'])
    expect(problemsOf([{ ...users, fields: [] }])).toContain('fields built_in')
    const [email] = users.fields
    expect(problemsOf([{ ...users, fields: [{ ...email, name: 'mail' }] }])).toContain('fields built_in')
    expect(problemsOf([{ ...users, fields: [{ ...email, unique: false }] }])).toEqual(['fields built_in'])
    expect(problemsOf([{ ...users, fields: [{ ...email, hidden: true }] }])).toEqual(['fields built_in'])
  })

  it('take more fields, indexes and rules', () => {
    const fields = [...users.fields, { name: 'nickname', type: 'text', index: true }]
    expect(
      problemsOf([{ ...users, fields, rules: [{ role: 'public', action: 'read', fields: ['nickname'] }] }]),
    ).toEqual([])
  })
})
