import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sendRaw, type TestResponse } from '../../support/index.js'
import { define } from '../../support/personas.js'
import { type Doc, docsPath, type Fixture, idOf, recordsOf, startFixture } from './fixture.js'
import { refuseFaults } from './oracles.js'

/** Writes: mass assignment, types, immutable fields, hostile names. The cases are those of the catalogue of attacks. */

let fixture: Fixture
let docs: Record<string, Doc>
const values = recordsOf('samples')

beforeAll(async () => {
  fixture = await startFixture()
  docs = fixture.docs
  await define(fixture.server, fixture.personas.ADMIN!, [
    {
      name: 'samples',
      fields: [
        { name: 'whole', type: 'integer' },
        { name: 'double', type: 'number' },
        { name: 'money', type: 'decimal', precision: 10, scale: 2 },
        { name: 'short', type: 'text', maxLength: 3 },
        { name: 'text', type: 'text' },
        { name: 'data', type: 'json' },
        { name: 'words', type: 'tags' },
      ],
      rules: [{ role: 'public', action: ['read', 'create', 'update', 'delete'] }],
    },
  ])
})
afterAll(() => fixture?.stop())

const own = (): string => `${docsPath}/${docs['own']!.id}`
const me = (): string => `${recordsOf('users')}/${fixture.people.alice.id}`

async function expectRefused(answer: TestResponse | Promise<TestResponse>, what: string, statuses = [400, 403, 422]) {
  const { status, text, ...rest } = await answer
  expect(statuses, `${what}: ${text}`).toContain(status)
  refuseFaults({ status, text, ...rest }, what)
}

describe('fields that are not the writer’s to set', () => {
  const claims = {
    role: 'admin',
    roles: ['admin'],
    admin: true,
    verified: true,
    id: idOf(0x777),
    createdAt: '2000-01-01T00:00:00Z',
    updatedAt: '2000-01-01T00:00:00Z',
    createdBy: idOf(1),
    version: 99,
    tokenKey: 'x',
    passwordHash: 'x',
    org: idOf(0xa02),
    phone: 'x',
    authData: {},
    _permissions: [],
  }

  it('A46 are refused at sign-up, and no account is made', async () => {
    for (const [name, value] of Object.entries(claims)) {
      const body = {
        email: `new-${name.toLowerCase().replace('_', '')}@example.com`,
        password: 'correct horse battery',
        [name]: value,
      }
      await expectRefused(fixture.ask('ANON', 'POST', '/api/v1/auth/signup', { body }), name, [400])
      const { json } = await fixture.ask('ADMIN', 'GET', `${recordsOf('users')}?filter[email]=${body.email}`)
      expect(json.data).toEqual([])
    }
  })

  it('A46 are refused in the own record, and in every other', async () => {
    const before = await fixture.ask('ADMIN', 'GET', me())
    for (const [name, value] of Object.entries({ ...claims, email: 'other@example.com', password: 'x' }))
      for (const body of [{ [name]: value }, { nickname: 'x', [name]: value }])
        for (const method of ['PATCH', 'PUT']) {
          if (method === 'PUT' && name === 'id') continue
          await expectRefused(fixture.ask('ALICE', method, me(), { body }), name)
        }
    expect((await fixture.ask('ADMIN', 'GET', me())).json).toEqual(before.json)
    for (const [name, value] of Object.entries({
      createdAt: 'x',
      updatedAt: null,
      createdBy: idOf(1),
      version: 2,
      id: idOf(3),
    }))
      await expectRefused(fixture.ask('ADMIN', 'PATCH', own(), { body: { [name]: value } }), name)
  })

  it('A48 cannot be set to something empty either', async () => {
    for (const value of [null, 0, '', false, [], {}, 'x'])
      for (const name of ['serial', 'double', 'version', 'id'])
        for (const who of ['ALICE', 'ADMIN'] as const) {
          await expectRefused(fixture.ask(who, 'PATCH', own(), { body: { [name]: value } }), `${name} ${value}`)
          await expectRefused(fixture.ask(who, 'PATCH', own(), { body: { title: 'x', [name]: value } }), name)
        }
    expect((await fixture.ask('ADMIN', 'GET', own())).json.data).toMatchObject({
      serial: 'canary-serial-1-',
      version: 1,
    })
  })

  it('A49 are not reached by dots and brackets in a name', async () => {
    for (const name of [
      'meta.__proto__',
      'meta.__proto__.x',
      'meta.',
      'double.x',
      'version.x',
      'meta[public]',
      'owner.id',
      'owner[id]',
      'title.',
      '.title',
      'title[]',
      '$set',
      '$inc',
      'a.__proto__.b',
    ])
      for (const value of ['x', { x: 1 }])
        await expectRefused(fixture.ask('ALICE', 'PATCH', own(), { body: { [name]: value } }), name, [400])
    const inside = { 'a.b': 1, $set: { x: 1 }, 'c[d]': [2] }
    const { json } = await fixture.ask('ALICE', 'PATCH', own(), { body: { meta: inside } })
    expect(json.data.meta).toEqual(inside)
    // A part of a json field is written under the rules of the field.
    const part = await fixture.ask('ALICE', 'PATCH', own(), { body: { 'meta.public': 'x' } })
    const { version, updatedAt } = part.json.data
    expect(part.json.data).toEqual({ ...json.data, meta: { ...inside, public: 'x' }, version, updatedAt })
  })
})

describe('an e-mail address', () => {
  it('A74 is one plain recipient, or none', async () => {
    const password = 'correct horse battery staple'
    for (const email of [
      'a@x.com\r\nBcc: v@x.com',
      'a@x.com\nv@x.com',
      'a@x.com, b@y.com',
      'a@x.com;b@y.com',
      '"e@attacker.com"@victim.com',
      '"a b"@x.com',
      'a@x.com (comment)',
      `a${'('.repeat(10_000)}@x.com`,
      'Name <a@x.com>',
      'a@x.com>',
      'a@[127.0.0.1]',
      'a@x.com\u0000',
      'a@@x.com',
    ])
      await expectRefused(
        fixture.ask('ANON', 'POST', '/api/v1/auth/signup', { body: { email, password } }),
        email,
        [400, 422],
      )
    const made = await fixture.ask('ANON', 'POST', '/api/v1/auth/signup', {
      body: { email: 'one﹫EXAMPLE.com', password },
    })
    expect(made.json.data.user.email).toBe('one@example.com')
  })
})

describe('a value of another type', () => {
  it('A50 is refused wherever a text is expected', async () => {
    const strange = [{}, { $ne: null }, { $regex: '.' }, [], ['a'], 5, true]
    for (const value of strange) {
      for (const name of ['sort', 'fields', 'expand', 'cursor', 'count']) {
        if (Array.isArray(value) && name !== 'cursor' && name !== 'count') continue
        const answer = fixture.ask('ALICE', 'POST', docsPath.replace('/records', '/query'), { body: { [name]: value } })
        await expectRefused(answer, `${name} ${JSON.stringify(value)}`, [400])
      }
      if (typeof value !== 'object' || Array.isArray(value)) {
        const body = { filter: value }
        await expectRefused(
          fixture.ask('ALICE', 'POST', docsPath.replace('/records', '/query'), { body }),
          'filter',
          [400],
        )
      }
      for (const name of ['title', 'body', 'code']) {
        // An object with a `$` asks for a change, which no operator of filters is.
        const status = JSON.stringify(value).includes('$') ? 400 : 422
        await expectRefused(fixture.ask('ALICE', 'PATCH', own(), { body: { [name]: value } }), name, [status])
        const filter = { [name]: { $eq: value } }
        await expectRefused(
          fixture.ask('ALICE', 'GET', docsPath, { query: { filter: JSON.stringify(filter) } }),
          name,
          [400],
        )
      }
    }
    for (const search of [
      'id[]=a&id[]=b',
      'fields[]=id',
      'fields=id&fields=title',
      'limit[]=1',
      'limit[$gt]=1',
      'filter=1&filter=2',
      'sort[0]=id',
    ])
      await expectRefused(fixture.ask('ALICE', 'GET', `${docsPath}?${search}`), search, [400])
  })

  it('A52 is not read from a body of another media type', async () => {
    const body = JSON.stringify({ title: 'x', org: fixture.orgs.a })
    const before = (await fixture.ask('ADMIN', 'GET', docsPath, { query: { count: 'exact' } })).json.meta.total
    for (const type of [
      'text/plain',
      'application/jsonx',
      'application/json;\tx',
      'application/json, text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/vnd.api+json',
      'application/json; charset=utf-16',
      'text/json',
    ]) {
      const answer = await fixture.ask('ALICE', 'POST', docsPath, { body, headers: { 'content-type': type } })
      expect([type, answer.status, answer.json.code]).toEqual([type, 415, 'unsupported_media_type'])
    }
    const { host } = new URL(fixture.server.url)
    const head = `POST ${docsPath} HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${fixture.people.alice.token}\r\nconnection: close\r\n`
    const untyped = await sendRaw(fixture.server.url, `${head}content-length: ${body.length}\r\n\r\n${body}`)
    expect(untyped).toMatch(/^HTTP\/1\.1 415 /)
    const gzip = await fixture.ask('ALICE', 'POST', docsPath, { body, headers: { 'content-encoding': 'gzip' } })
    expect(gzip.status).toBe(415)
    for (const text of ['title=x', '<x/>', '{"title":"x"', '"title"', 'null', '5', '{"title":"x"}{}', '\ufeff{}', ''])
      expect([400, 422]).toContain(
        (await fixture.ask('ALICE', 'POST', docsPath, { body: text, headers: { 'content-type': 'application/json' } }))
          .status,
      )
    expect((await fixture.ask('ADMIN', 'GET', docsPath, { query: { count: 'exact' } })).json.meta.total).toBe(before)
  })
})

describe('a value at the edge', () => {
  /** Sends the body as it is written, and gives what was stored, or the status of the refusal. */
  async function store(name: string, literal: string): Promise<unknown> {
    const answer = await fixture.ask('ANON', 'POST', values, {
      body: `{"${name}":${literal}}`,
      headers: { 'content-type': 'application/json' },
    })
    refuseFaults(answer, `${name} ${literal}`)
    if (answer.status !== 201) return answer.status
    const again = await fixture.ask('ANON', 'GET', `${values}/${answer.json.data.id}`)
    expect(again.json.data[name]).toEqual(answer.json.data[name])
    return again.json.data[name]
  }

  it.each([
    ['whole', '9007199254740991', 9007199254740991],
    ['whole', '-9007199254740991', -9007199254740991],
    ['whole', '9007199254740992', 422],
    ['whole', '9007199254740993', 422],
    ['whole', '9223372036854775808', 422],
    ['whole', '1e400', 422],
    ['whole', '1e15', 1e15],
    ['whole', '1.5', 422],
    ['whole', '-0', 0],
    ['whole', '"5"', 422],
    ['whole', '" 5 "', 422],
    ['whole', 'NaN', 400],
    ['whole', 'Infinity', 400],
    ['whole', '0x10', 400],
    ['double', '1e308', 1e308],
    ['double', '5e-324', 5e-324],
    ['double', '1e400', 422],
    ['double', '-0', 0],
    ['double', '0.1', 0.1],
    ['double', '1e300', 1e300],
    ['double', '9007199254740993', 422],
    ['money', '"0.10"', '0.10'],
    ['money', '"0.1"', '0.10'],
    ['money', '"0.105"', 422],
    ['money', '"99999999.99"', '99999999.99'],
    ['money', '"100000000"', 422],
    ['money', '0.1', 422],
    ['money', '"-0"', '0.00'],
    ['money', '"NaN"', 422],
    ['money', '"Infinity"', 422],
    ['money', '"1e5"', 422],
    ['money', '" 1"', 422],
    ['money', '"٣"', 422],
    ['data', '{"a":1.5e-7,"b":[0.1,-5]}', { a: 1.5e-7, b: [0.1, -5] }],
    ['data', '{"a":1e300}', 422],
    ['data', '{"a":9007199254740993}', 422],
    ['data', '[1e400]', 422],
  ])('A53 is stored exactly or refused: %s %s', async (name, literal, wanted) => {
    expect(await store(name, literal)).toEqual(wanted)
  })

  it('A53 is compared exactly or refused', async () => {
    for (const [filter, statuses] of [
      ['{"whole":9007199254740993}', [400]],
      ['{"whole":{"$gt":1e400}}', [400]],
      ['{"double":{"$gt":1e400}}', [400]],
      ['{"double":{"$between":[-1e308,1e308]}}', [200]],
      ['{"money":{"$lt":"9999999999999999999999999999.999"}}', [200]],
      ['{"money":"NaN"}', [400]],
      ['{"data":{"$eq":[1e400]}}', [400]],
    ] as const)
      expect(statuses, filter).toContain((await fixture.ask('ANON', 'GET', values, { query: { filter } })).status)
    for (const search of [
      'filter[whole]=99999999999999999999',
      'filter[whole]=1e3',
      'filter[double]=NaN',
      'filter[money]=0x10',
      'filter[whole]=%D9%A3',
    ])
      expect([200, 400]).toContain((await fixture.ask('ANON', 'GET', `${values}?${search}`)).status)
  })

  it.each([
    ['text', '"\\u0000"', 422],
    ['text', '"a\\u0000b"', 422],
    ['text', '"\\ud800"', 422],
    ['text', '"\\udc00\\ud800"', 422],
    ['text', '"\\ud83d\\ude00"', '😀'],
    ['text', '"\\u202e\\ufeff\\u200d e\\u0301"', '\u202e\ufeff\u200d e\u0301'],
    ['text', '"\\u0001\\u001f\\u007f\\u2028"', '\u0001\u001f\u007f\u2028'],
    ['text', '"\', \\n \\n {"', "', \n \n {"],
    ['short', '"😀😀😀"', '😀😀😀'],
    ['short', '"😀😀😀😀"', 422],
    ['short', '"e\\u0301e"', 'e\u0301e'],
    ['data', '{"\\u0000":1}', 422],
    ['data', '"\\ud800"', 422],
    ['data', '{"a, \\n {\\"id\\"":"], \\n [{"}', { 'a, \n {"id"': '], \n [{' }],
    ['words', '["a\\u0000"]', 422],
    ['words', '["{}","a,b","\\"","\\\\","null"]', ['{}', 'a,b', '"', '\\', 'null']],
  ])('A54 is stored exactly or refused: %s %s', async (name, literal, wanted) => {
    expect(await store(name, literal)).toEqual(wanted)
  })

  it('A54 is refused where the bytes are no UTF-8', async () => {
    const { host } = new URL(fixture.server.url)
    for (const bytes of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]]) {
      const body = Buffer.concat([Buffer.from('{"text":"'), Buffer.from(bytes), Buffer.from('"}')])
      const head = `POST ${values} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n`
      expect(await sendRaw(fixture.server.url, Buffer.concat([Buffer.from(head), body]))).toMatch(/^HTTP\/1\.1 400 /)
    }
    for (const search of [
      'filter[text]=%FF',
      'filter[text]=%ED%A0%80',
      'sort=%FF',
      'filter=%22%FF%22',
      'cursor=%FF',
      '%FF=1',
    ])
      expect([200, 400]).toContain((await fixture.ask('ANON', 'GET', `${values}?${search}`)).status)
  })

  it('A54 is compared exactly or refused, and pages are cut between records whatever is in them', async () => {
    for (const text of ['a\u0000', '\ud800'])
      for (const operator of ['$eq', '$like', '$in', '$startsWith'])
        await expectRefused(
          fixture.ask('ANON', 'GET', values, {
            query: { filter: JSON.stringify({ text: { [operator]: operator === '$in' ? [text] : text } }) },
          }),
          operator,
          [400],
        )
    const all = await fixture.ask('ANON', 'GET', values, { query: { limit: '1000', sort: 'id' } })
    const seen: unknown[] = []
    for (let cursor: string | null = null; cursor !== null || seen.length === 0; ) {
      const query: Record<string, string> = { limit: '1', sort: 'id', ...(cursor !== null && { cursor }) }
      const { json } = await fixture.ask('ANON', 'GET', values, { query })
      seen.push(...json.data)
      cursor = json.meta.nextCursor
    }
    expect(seen).toEqual(all.json.data)
  })
})

describe('another method in disguise', () => {
  it('A56 changes nothing', async () => {
    const before = await fixture.ask('ADMIN', 'GET', own())
    for (const headers of [
      { 'x-http-method-override': 'DELETE' },
      { 'x-http-method': 'DELETE' },
      { 'x-method-override': 'PATCH' },
    ] as Record<string, string>[]) {
      expect((await fixture.ask('ALICE', 'GET', own(), { headers })).status).toBe(200)
      expect((await fixture.ask('ALICE', 'POST', own(), { headers, body: { title: 'x' } })).status).toBe(405)
    }
    expect((await fixture.ask('ALICE', 'GET', `${own()}?_method=DELETE`)).status).toBe(400)
    const { host } = new URL(fixture.server.url)
    for (const method of ['delete', 'Delete', 'TRACE', 'PURGE', 'LINK', 'QUERY', 'FOO']) {
      const request = `${method} ${own()} HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${fixture.people.alice.token}\r\nconnection: close\r\n\r\n`
      expect(await sendRaw(fixture.server.url, request), method).toMatch(/^HTTP\/1\.1 4\d\d /)
    }
    expect((await fixture.ask('ADMIN', 'GET', own())).json).toEqual(before.json)
  })
})

describe('hostile names in a definition', () => {
  const names = [
    ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', 'then', 'toJSON'],
    ...[
      'select',
      'union',
      'drop',
      'null',
      'a"b',
      "a'b",
      'a;b',
      'a b',
      'a-b',
      'a.b',
      'a/b',
      'a\\b',
      'a\nb',
      'a$b',
      '$a',
      '_a',
      '1a',
      'A',
    ],
    ...[
      '',
      'ａ',
      'é',
      'a\u0000',
      'x'.repeat(60),
      'x'.repeat(1000),
      'id',
      'createdAt',
      'CREATEDAT',
      'expand',
      'ctid',
      'xmin',
      'oid',
    ],
  ]

  it('A57 are refused as names of fields', async () => {
    for (const name of names) {
      const body = { name: 'things', fields: [{ name, type: 'text' }] }
      await expectRefused(
        fixture.ask('ADMIN', 'POST', '/api/v1/admin/collections', { body }),
        JSON.stringify(name),
        [400, 422],
      )
    }
    const twins = { name: 'things', fields: ['one', 'oNe'].map((name) => ({ name, type: 'text' })) }
    await expectRefused(fixture.ask('ADMIN', 'POST', '/api/v1/admin/collections', { body: twins }), 'twins', [422])
  })

  it('A57 are refused as names of collections', async () => {
    const taken = [
      'docs',
      'dOCS',
      'users',
      'USERS',
      'admin',
      'auth',
      'records',
      'query',
      'batch',
      'pg_catalog',
      'information_schema',
      'holdfast',
      'public',
    ]
    const collections = names.filter((name) => !/^(id|createdat|expand|ctid|xmin|oid)$/i.test(name))
    for (const name of [...collections, ...taken]) {
      const body = { name, fields: [{ name: 'a', type: 'text' }] }
      await expectRefused(
        fixture.ask('ADMIN', 'POST', '/api/v1/admin/collections', { body }),
        JSON.stringify(name),
        [400, 409, 422],
      )
    }
  })

  it('A57 are refused as roles, indexes, inverses and sources', async () => {
    const fields = [{ name: 'a', type: 'text' }]
    for (const name of ["a'; drop table docs; --", '__proto__', 'a"b', 'nope', ''])
      for (const part of [
        { fields, rules: [{ role: `x${name} `, action: 'read' }] },
        { fields, rules: [{ role: 'user', action: 'read', fields: [name] }] },
        { fields, rules: [{ role: 'user', action: 'create', preset: { [name]: 'x' } }] },
        { fields, rules: [{ role: 'user', action: 'read', conditions: { [name]: 'x' } }] },
        { fields, indexes: [{ fields: [name] }] },
        { fields: [{ name: 'b', type: 'relation', collection: name }] },
        { fields: [{ name: 'b', type: 'relation', collection: 'docs', inverse: `${name}-` }] },
        { fields: [{ name: 'b', type: 'slug', from: name || ' ' }] },
        { fields: [{ name: 'b', type: 'computed', returns: 'text', expression: name || '""' }] },
      ]) {
        const body = { name: 'things', ...part }
        await expectRefused(
          fixture.ask('ADMIN', 'POST', '/api/v1/admin/collections', { body }),
          JSON.stringify(body),
          [400, 422],
        )
      }
    const { json } = await fixture.ask('ADMIN', 'GET', '/api/v1/admin/collections')
    expect(json.data.map(({ name }: { name: string }) => name)).not.toContain('things')
  })

  it('A65 do not call what no expression may call', async () => {
    for (const expression of [
      'pg_sleep(1)',
      'current_setting(a)',
      'a::regclass',
      'a; drop table docs',
      'a) or (1=1',
      '(select 1)',
      'a || (select email from users limit 1)',
      "substr(a, 1, 'x')",
      'round(a, b, c)',
      'now()',
      'random()',
      'lower(a) collate "C"',
      "date_part('x', a)",
      '"a"',
      'a /* */',
      'a -- b',
      "E'\\x41'",
      "U&'a'",
      '$1',
      '$$a$$',
    ]) {
      const body = {
        name: 'things',
        fields: [
          { name: 'a', type: 'text' },
          { name: 'c', type: 'computed', returns: 'text', expression },
        ],
      }
      await expectRefused(fixture.ask('ADMIN', 'POST', '/api/v1/admin/collections', { body }), expression, [422])
    }
  })
})
