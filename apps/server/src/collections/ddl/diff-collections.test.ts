import type { CollectionDefinition, FieldDefinition } from '@holdfast/contract'
import { describe, expect, it } from 'vitest'
import { diffCollections as diffAll } from './diff-collections.js'

/** Ids that can be read in the SQL: `title` has id 00000000-0000-0000-0000-0007469746c65. */
const idOf = (name: string): string => {
  const hex = Buffer.from(name).toString('hex').padStart(32, '0').slice(-32)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
const bare = (name: string): string => idOf(name).replaceAll('-', '')

const field = (name: string, type: FieldDefinition['type'], rest: Partial<FieldDefinition> = {}): FieldDefinition => ({
  id: idOf(name),
  name,
  type,
  ...rest,
})
const collection = (
  name: string,
  fields: FieldDefinition[],
  rest: Partial<CollectionDefinition> = {},
): CollectionDefinition => ({
  id: idOf(name),
  name,
  fields,
  ...rest,
})
const posts = (...fields: FieldDefinition[]): CollectionDefinition[] => [collection('posts', fields)]

/** Without what the change log needs: see change-log.test.ts. */
const diffCollections = (current: CollectionDefinition[], wanted: CollectionDefinition[]) =>
  diffAll(current, wanted)
    .filter(({ internal }) => !internal)
    .map((step) => ({ ...step, sql: step.sql.filter((sql) => !sql.includes('holdfast."log_')) }))

const sqlOf = (current: CollectionDefinition[], wanted: CollectionDefinition[]): string[] =>
  diffCollections(current, wanted).flatMap(({ sql }) => sql)
const stepsOf = (current: CollectionDefinition[], wanted: CollectionDefinition[]): string[] =>
  diffCollections(current, wanted).map(({ description }) => description)

describe('a new collection', () => {
  it('is a table with the system columns, typed columns and a named primary key', () => {
    const fields = [
      field('title', 'text', { required: true, default: "it's \\ new" }),
      field('views', 'integer', { default: 0 }),
      field('at', 'datetime', { default: '$now' }),
      field('labels', 'tags', { default: ['a"b', "c'd"] }),
      field('meta', 'json', { default: { a: 1 } }),
    ]
    expect(sqlOf([], posts(...fields))).toEqual([
      'create table "public"."posts" ("id" uuid not null default gen_random_uuid(), "createdAt" timestamptz(3) not null default now(), ' +
        '"updatedAt" timestamptz(3) not null default now(), "createdBy" uuid, "version" integer not null default 1, ' +
        `"title" text not null default E'it''s \\\\ new'::text, "views" int8 default '0'::int8, "at" timestamptz(3) default now(), ` +
        `"labels" text[] default array['a"b', 'c''d']::text[], "meta" jsonb default '{"a":1}'::jsonb, constraint "p_${bare('posts')}" primary key ("id"))`,
    ])
  })

  it('has an index for what is indexed, unique or a relation, and by the way the type is searched', () => {
    const fields = [
      field('slug', 'slug', { unique: true }),
      field('status', 'text', { index: true }),
      field('labels', 'tags', { index: true }),
      field('meta', 'json', { index: true }),
      field('place', 'geopoint', { index: true }),
      field('parent', 'relation', { collection: 'posts' }),
    ]
    const indexes = [{ fields: ['status', '-createdAt'] }]
    expect(sqlOf([], [collection('posts', fields, { indexes })]).slice(1)).toEqual([
      `alter table "public"."posts" add constraint "f_${bare('parent')}" foreign key ("parent") references "public"."posts" ("id") on delete set null`,
      `create unique index "u_${bare('slug')}" on "public"."posts" using btree ("slug")`,
      `create index "i_${bare('status')}" on "public"."posts" using btree ("status")`,
      `create index "i_${bare('labels')}" on "public"."posts" using gin ("labels")`,
      `create index "i_${bare('meta')}" on "public"."posts" using gin ("meta" jsonb_path_ops)`,
      `create index "i_${bare('place')}" on "public"."posts" using gist ("place")`,
      `create index "i_${bare('parent')}" on "public"."posts" using btree ("parent")`,
      expect.stringMatching(
        /^create index "x_[0-9a-f]{32}_[0-9a-f]{16}" on "public"."posts" using btree \("status", "createdAt" desc, "id" desc\)$/,
      ),
    ])
  })

  it('keeps a list of records in a link table whose rows go with either end', () => {
    const id = bare('readers')
    expect(sqlOf([], posts(field('readers', 'relation', { collection: 'posts', many: true }))).slice(1)).toEqual([
      `create table "public"."_link_${id}" ("source" uuid not null, "target" uuid not null, "position" integer not null, ` +
        `constraint "k_${id}" primary key ("source", "target"), ` +
        `constraint "s_${id}" foreign key ("source") references "public"."posts" ("id") on delete cascade, ` +
        `constraint "f_${id}" foreign key ("target") references "public"."posts" ("id") on delete cascade)`,
      `create index "t_${id}" on "public"."_link_${id}" ("target")`,
    ])
  })

  it('restricts deletion of what a required relation points at', () => {
    const fields = [
      field('a', 'relation', { collection: 'posts', required: true }),
      field('b', 'relation', { collection: 'posts', onDelete: 'cascade' }),
    ]
    const keys = sqlOf([], posts(...fields)).filter((sql) => sql.includes('foreign key'))
    expect(keys.map((sql) => sql.split(' on delete ')[1])).toEqual(['no action', 'cascade'])
  })

  it('computes a column and keeps whole numbers exact', () => {
    const fields = [field('a', 'integer'), field('b', 'computed', { expression: 'a * 2', returns: 'integer' })]
    expect(sqlOf([], posts(...fields))[0]).toContain(
      `"b" int8 generated always as (round((("a"::numeric * 2::numeric)))::int8) stored constraint "c_${bare('b')}" check ("b" between`,
    )
  })
})

describe('a collection that is dropped', () => {
  it('loses its link tables and keys to other dropped ones first, so that cycles can go', () => {
    const a = collection('a', [
      field('b1', 'relation', { collection: 'b' }),
      field('bs', 'relation', { collection: 'b', many: true }),
    ])
    const b = collection('b', [field('a1', 'relation', { collection: 'a' })])
    expect(sqlOf([a, b], [])).toEqual([
      `drop table "public"."_link_${bare('bs')}"`,
      `alter table "public"."a" drop constraint "f_${bare('b1')}"`,
      `alter table "public"."b" drop constraint "f_${bare('a1')}"`,
      'drop table "public"."a"',
      'drop table "public"."b"',
    ])
  })
})

describe('fields that come, go and change their names', () => {
  it('adds and drops columns', () => {
    expect(sqlOf(posts(field('a', 'text')), posts(field('b', 'integer', { default: 1 })))).toEqual([
      'alter table "public"."posts" drop column "a"',
      `alter table "public"."posts" add column "b" int8 default '1'::int8`,
    ])
  })

  it('renames a field that is known by its id, and touches nothing else', () => {
    const before = field('a', 'text', { unique: true })
    expect(sqlOf(posts(before), posts({ ...before, name: 'b' }))).toEqual([
      'alter table "public"."posts" rename column "a" to "b"',
    ])
  })

  it('swaps two names by way of a third', () => {
    const [a, b] = [field('a', 'text'), field('b', 'text')]
    const away = (name: string): string => `"_${idOf(name)}"`
    expect(sqlOf(posts(a, b), posts({ ...a, name: 'b' }, { ...b, name: 'a' }))).toEqual([
      `alter table "public"."posts" rename column "a" to ${away('a')}`,
      `alter table "public"."posts" rename column "b" to ${away('b')}`,
      `alter table "public"."posts" rename column ${away('a')} to "b"`,
      `alter table "public"."posts" rename column ${away('b')} to "a"`,
    ])
  })

  it('renames a collection without touching what points at it', () => {
    const child = (target: string) => collection('child', [field('p', 'relation', { collection: target })])
    const parent = collection('parent', [])
    expect(sqlOf([parent, child('parent')], [{ ...parent, name: 'elder' }, child('elder')])).toEqual([
      'alter table "public"."parent" rename to "elder"',
    ])
  })

  it('drops a collection before another takes its name', () => {
    const [old, other] = [collection('old', []), collection('other', [])]
    expect(sqlOf([old, other], [{ ...other, name: 'old' }])).toEqual([
      'drop table "public"."old"',
      'alter table "public"."other" rename to "old"',
    ])
  })

  it('makes a computed field anew only when it means something else', () => {
    const [a, b] = [field('a', 'integer'), field('b', 'integer')]
    const sum = (expression: string) => field('sum', 'computed', { expression, returns: 'integer' })
    expect(sqlOf(posts(a, b, sum('a + b')), posts({ ...a, name: 'c' }, b, sum('c + b')))).toEqual([
      'alter table "public"."posts" rename column "a" to "c"',
    ])
    expect(stepsOf(posts(a, b, sum('a + b')), posts(a, b, sum('a - b')))).toEqual([
      'Replace field posts.sum',
      'Add field posts.sum (computed)',
    ])
  })

  it('takes a computed field out of the way while a field it reads changes its type', () => {
    const sum = field('sum', 'computed', { expression: 'a + 1', returns: 'number' })
    expect(stepsOf(posts(field('a', 'integer'), sum), posts(field('a', 'decimal'), sum))).toEqual([
      'Replace field posts.sum',
      'Change posts.a from integer to decimal',
      'Add field posts.sum (computed)',
    ])
  })
})

describe('fields that change in place', () => {
  const change = (before: FieldDefinition, after: Partial<FieldDefinition>): string[] => {
    const { default: old, ...rest } = before
    return sqlOf(posts(before), posts({ ...('default' in after ? rest : { ...rest, default: old }), ...after }))
  }
  const alter = (action: string): string => `alter table "public"."posts" alter column "a" ${action}`

  it('widens a type without asking', () => {
    expect(change(field('a', 'integer'), { type: 'number' })).toEqual([alter('type float8 using ("a"::float8)')])
    expect(change(field('a', 'decimal'), { precision: 20, scale: 8 })).toEqual([
      alter('type numeric(20,8) using ("a"::numeric(20,8))'),
    ])
    expect(change(field('a', 'email'), { type: 'text' })).toEqual([])
    expect(change(field('a', 'date'), { type: 'datetime' })).toEqual([
      alter(`type timestamptz(3) using (("a"::timestamp at time zone 'UTC'))`),
    ])
  })

  it('narrows a type by keeping what fits, and counts what does not', () => {
    const [step] = diffCollections(posts(field('a', 'decimal')), posts(field('a', 'integer')))
    expect(step!.sql).toEqual([
      alter(
        'type int8 using (case when "a" is null then null when ("a" = trunc("a") and abs("a") <= 9007199254740991) then "a"::int8 else null end)',
      ),
    ])
    expect(step!.loss!.sql).toBe(
      'select count(*) from "public"."posts" where "a" is not null and (("a" = trunc("a") and abs("a") <= 9007199254740991)) is not true',
    )
  })

  it('puts the default in the place of a required value that does not fit, or is stopped by it', () => {
    const before = field('a', 'text', { required: true })
    const [filled] = diffCollections(posts(before), posts({ ...before, type: 'integer', default: 7 }))
    expect(filled!.sql[0]).toContain(`else '7'::int8 end`)
    expect(filled!.loss).toBeDefined()
    const [stopped] = diffCollections(posts(before), posts({ ...before, type: 'integer' }))
    expect(stopped!.loss).toBeUndefined()
    expect(stopped!.obstacle!.describe(2)).toBe(
      '2 records have a value that does not fit: the required field needs a default to put in its place',
    )
  })

  it('replaces a field whose values cannot become values of the new type', () => {
    expect(stepsOf(posts(field('a', 'text')), posts(field('a', 'geopoint')))).toEqual([
      'Replace field posts.a (text cannot become geopoint)',
      'Add field posts.a (geopoint)',
    ])
  })

  it('escapes plain text that becomes rich text', () => {
    expect(change(field('a', 'text'), { type: 'richtext' })[0]).toContain(`'<', '&lt;'`)
  })

  it('sets, changes and drops defaults', () => {
    expect(change(field('a', 'text'), { default: 'x' })).toEqual([alter(`set default 'x'::text`)])
    expect(change(field('a', 'text', { default: 'x' }), { default: undefined })).toEqual([alter('drop default')])
  })

  it('fills empty values before it requires one', () => {
    expect(change(field('a', 'text', { default: 'x' }), { required: true })).toEqual([
      `update "public"."posts" set "a" = 'x'::text where "a" is null`,
      alter('set not null'),
    ])
    const [step] = diffCollections(posts(field('a', 'text')), posts(field('a', 'text', { required: true })))
    expect(step!.obstacle!.sql).toBe('select count(*) from "public"."posts" where "a" is null')
  })

  it('takes removed options out of values', () => {
    const select = field('a', 'select', { options: ['x', 'y'] })
    expect(change(select, { options: ['x'] })).toEqual([
      `update "public"."posts" set "a" = null where "a" = any(array['y']::text[])`,
    ])
    const many = field('a', 'multiselect', { options: ['x', 'y'] })
    expect(change(many, { options: ['x'] })[0]).toContain(`where "a" && array['y']::text[]`)
    expect(stepsOf(posts(select), posts({ ...select, options: ['y', 'x', 'z'] }))).toEqual([
      'Update the definition of posts',
    ])
  })

  it('makes one related record a list of one', () => {
    const one = field('a', 'relation', { collection: 'posts' })
    expect(sqlOf(posts(one), posts({ ...one, many: true })).slice(-2)).toEqual([
      `insert into "public"."_link_${bare('a')}" ("source", "target", "position") select "id", "a", 0 from "public"."posts" where "a" is not null`,
      'alter table "public"."posts" drop column "a"',
    ])
  })

  it('makes uuids a relation and drops ids that are not there', () => {
    const [lost, key] = diffCollections(
      posts(field('a', 'uuid')),
      posts(field('a', 'relation', { collection: 'posts' })),
    )
    expect(lost!.loss!.sql).toContain(
      'not exists (select 1 from "public"."posts" t where t."id" = "public"."posts"."a")',
    )
    expect(key!.kind).toBe('addForeignKey')
  })

  it('makes only the indexes and keys anew that changed', () => {
    const before = field('a', 'text', { index: true })
    expect(change(before, { index: undefined, unique: true })).toEqual([
      `drop index "public"."i_${bare('a')}"`,
      `create unique index "u_${bare('a')}" on "public"."posts" using btree ("a")`,
    ])
    const relation = field('a', 'relation', { collection: 'posts' })
    expect(change(relation, { onDelete: 'cascade' })).toEqual([
      `alter table "public"."posts" drop constraint "f_${bare('a')}"`,
      `alter table "public"."posts" add constraint "f_${bare('a')}" foreign key ("a") references "public"."posts" ("id") on delete cascade`,
    ])
  })

  it('makes an index over several fields anew when one of them is replaced', () => {
    const indexes = [{ fields: ['a', 'b'] }]
    const before = [collection('posts', [field('a', 'text'), field('b', 'text')], { indexes })]
    const after = [collection('posts', [field('a', 'text'), field('b', 'boolean')], { indexes })]
    const replaced = [collection('posts', [field('a', 'text'), { ...field('c', 'text'), name: 'b' }], { indexes })]
    expect(sqlOf(before, after).filter((sql) => sql.includes('index'))).toEqual([])
    expect(sqlOf(before, replaced).filter((sql) => sql.includes('index'))).toHaveLength(2)
  })
})

describe('what needs no table', () => {
  it('is a step all the same, so that a plan shows it', () => {
    const rules = [{ role: 'public', action: 'read' as const }]
    expect(stepsOf(posts(), [collection('posts', [], { rules })])).toEqual(['Replace the rules of posts'])
    expect(stepsOf(posts(), [collection('posts', [], { description: 'x' })])).toEqual([
      'Update the definition of posts',
    ])
    expect(stepsOf(posts(field('a', 'text')), posts(field('a', 'text')))).toEqual([])
  })
})
