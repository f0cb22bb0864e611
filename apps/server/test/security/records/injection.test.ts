import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RequestOptions, TestResponse } from '../../support/index.js'
import { define } from '../../support/personas.js'
import { type Doc, docsPath, type Fixture, idOf, recordsOf, startFixture } from './fixture.js'
import { bytesOf, CanaryOracle, forEachOf, refuseFaults } from './oracles.js'

/** Injection into SQL, into prototypes, and queries without end. The cases are those of the catalogue of attacks. */

let fixture: Fixture
let canaries: CanaryOracle
let docs: Record<string, Doc>
const phrases = recordsOf('phrases')
const queryPath = docsPath.replace('/records', '/query')

const hostileTexts = [
  "'",
  "''",
  "' or '1'='1",
  "'; drop table docs; --",
  '"; select pg_sleep(5); --',
  '\\',
  "\\'",
  "E'\\x27'",
  '$1',
  '$$',
  '\u0024{process.exit(1)}',
  '{{7*7}}',
  '%27',
  "x'); select pg_sleep(5) --",
  '::regclass',
  '1/0',
  '\\Q%\\E',
  '%',
  '_',
  '[a-z]',
  '(a+)+$',
  '\n--',
  '/*',
  '*/',
]

beforeAll(async () => {
  fixture = await startFixture()
  canaries = new CanaryOracle(fixture)
  docs = fixture.docs
  await define(fixture.server, fixture.personas.ADMIN!, [
    {
      name: 'phrases',
      description: "*/ process.exit(1) /* `\u0024{process.exit(1)}` '; drop table docs; --",
      fields: [
        { name: 'text', type: 'text', description: '*/ process.exit(1) //', default: "'; drop table docs; --" },
        { name: 'kind', type: 'select', options: ["it's", 'a"b', '`\u0024{1}`', '\\', '*/'], default: "it's" },
        { name: 'data', type: 'json' },
      ],
      rules: [{ role: 'public', action: ['read', 'create', 'update'] }],
    },
  ])
  const made = await fixture.ask('ANON', 'POST', phrases, {
    body: hostileTexts.map((text) => ({ text, data: { [text]: text } })),
  })
  if (made.status !== 201) throw new Error(made.text)
})
afterAll(() => fixture?.stop())

const list = (query: Record<string, string>): Promise<TestResponse> => fixture.ask('ALICE', 'GET', docsPath, { query })

/** Refused as a bad request, quickly, and without a word of SQL. */
async function expectBadQuery(query: Record<string, string>): Promise<void> {
  const startedMs = performance.now()
  const answer = await list(query)
  expect(answer.status, `${JSON.stringify(query)} ${answer.text.slice(0, 300)}`).toBe(400)
  expect(performance.now() - startedMs).toBeLessThan(4000)
  canaries.check('ALICE', answer, JSON.stringify(query))
}

describe('text in a query', () => {
  it('A60 is no order', async () => {
    for (const sort of [
      'title;select pg_sleep(5)',
      'title desc',
      'title asc',
      'title nulls first',
      '(select 1)',
      '1',
      'title--',
      '-',
      '--title',
      '+title',
      'title::text',
      'case when 1=1 then title end',
      'random()',
      'title,title',
      '-title,title',
      ',',
      'title,,amount',
    ])
      await expectBadQuery({ sort })
    await expectBadQuery({ order: 'ASC,(select 1)' })
    await expectBadQuery({ nulls: 'first;select 1' })
  })

  it('A61 is no path into JSON', async () => {
    for (const name of [
      'meta["a\'"]',
      'meta->>a',
      "meta->>'a'",
      'meta{public}',
      "meta'",
      'meta.',
      'meta..public',
      '.meta.public',
      'meta.__proto__',
      'meta.a.__proto__.b',
      'meta.a\0',
      'meta.\ud800',
      `meta${'.a'.repeat(1000)}`,
      'title.public',
    ])
      for (const operand of ['x', { $eq: 'x' }, { $like: '%' }]) {
        await expectBadQuery({ filter: JSON.stringify({ [name]: operand }) })
        await expectBadQuery({ sort: name })
        await expectBadQuery({ fields: name })
      }
    for (const name of [
      "meta.a')::text||(select 1)||('='x",
      'meta.$.public',
      'meta.$',
      'meta.\\',
      'meta.{public}',
      'meta."public"',
      'meta.*',
      'meta.constructor',
      'meta.hasOwnProperty',
      'meta.0; drop table docs; --',
    ]) {
      for (const operand of ['x', { $eq: 'x' }, { $like: '%' }, { $has: 'x' }, { $gt: 0 }, { $null: false }]) {
        const answer = await list({ filter: JSON.stringify({ [name]: operand }) })
        expect([name, answer.status, answer.json.data]).toEqual([name, 200, []])
      }
      await expectBadQuery({ sort: name })
      await expectBadQuery({ fields: name })
    }
    const found = await list({ filter: JSON.stringify({ 'meta.public': { $like: '%' } }) })
    expect(found.json.data.length).toBeGreaterThan(0)
    for (const operand of [{ "a'": '"' }, ['{', '}', '\\'], '$.*', null]) {
      const answer = await list({ filter: JSON.stringify({ meta: { $eq: operand } }) })
      expect(answer.json.data).toEqual([])
    }
  })

  it('A62 is no name of a column, and no function', async () => {
    for (const fields of [
      'title AS secret',
      'count(*)',
      '*',
      'p.*',
      '"title"',
      'title;',
      'id,(select 1)',
      "title||''",
      'title secret',
    ])
      await expectBadQuery({ fields })
    for (const name of ['aggregate[x"]', 'groupBy', 'alias', 'distinct', 'having', '__proto__', 'constructor'])
      await expectBadQuery({ [name]: 'count' })
  })

  it('A64 matches literally, and patterns by their own two signs only', async () => {
    const count = async (condition: object): Promise<number> => {
      const query = { filter: JSON.stringify({ text: condition }), count: 'exact', limit: '1' }
      return (await fixture.ask('ANON', 'GET', phrases, { query })).json.meta.total
    }
    for (const text of hostileTexts) {
      const wanted = (matches: (other: string) => boolean): number => hostileTexts.filter(matches).length
      expect([text, await count({ $eq: text })]).toEqual([text, 1])
      expect([text, await count({ $in: [text, 'x'] })]).toEqual([text, 1])
      expect([text, await count({ $contains: text })]).toEqual([text, wanted((other) => other.includes(text))])
      expect([text, await count({ $startsWith: text })]).toEqual([text, wanted((other) => other.startsWith(text))])
      expect([text, await count({ $endsWith: text })]).toEqual([text, wanted((other) => other.endsWith(text))])
      const escaped = text.replace(/[\\%_]/g, '\\$&')
      expect([text, await count({ $like: escaped })]).toEqual([text, 1])
      expect([text, await count({ $ilike: escaped.toUpperCase() })]).toEqual([text, 1])
      const bracket = await fixture.ask('ANON', 'GET', phrases, { query: { 'filter[text]': text, count: 'exact' } })
      expect([text, bracket.json.meta.total]).toEqual([text, 1])
    }
    for (const pattern of ['\\', 'a\\', '\\\\\\', '%\\']) {
      const query = { filter: JSON.stringify({ text: { $like: pattern } }) }
      expect((await fixture.ask('ANON', 'GET', phrases, { query })).json.code).toBe('invalid_value')
    }
  })

  it('A64 comes back as it was stored, in every shape of an answer', async () => {
    for (const query of [
      { limit: '1000' },
      { limit: '1000', fields: 'text,data' },
      { limit: '1000', sort: 'kind,-text' },
    ] as Record<string, string>[]) {
      const { json } = await fixture.ask('ANON', 'GET', phrases, { query })
      const texts = json.data.map(({ text }: { text: string }) => text)
      expect([...texts].sort()).toEqual([...hostileTexts].sort())
      for (const { text, data } of json.data) expect(data).toEqual({ [text]: text })
    }
    const defaults = await fixture.ask('ANON', 'POST', phrases, { body: {} })
    expect(defaults.json.data).toMatchObject({ text: "'; drop table docs; --", kind: "it's" })
    for (const kind of ['a"b', '`\u0024{1}`', '\\', '*/'])
      expect((await fixture.ask('ANON', 'POST', phrases, { body: { kind, text: '-' } })).json.data.kind).toBe(kind)
  })

  it('A66 is no number', async () => {
    for (const value of [
      '1 UNION select',
      '0;select',
      '1e9',
      '-1',
      '1.5',
      'abc',
      '0x10',
      '',
      ' 1',
      '1 ',
      '99999999999999999999',
      'NaN',
      'null',
      '[1]',
    ])
      for (const name of ['limit', 'offset']) await expectBadQuery({ [name]: value })
    for (const limit of ['0', '1001', '100000']) await expectBadQuery({ limit })
    for (const count of ['upTo:0', 'upTo:-1', 'upTo:x', 'upTo:1;select 1', 'upTo:9999999999', 'all', 'true', ''])
      await expectBadQuery({ count })
    for (const [name, value] of [
      ['page', '1e9'],
      ['perPage', 'abc'],
      ['skip', '1'],
      ['take', '1'],
    ] as const)
      await expectBadQuery({ [name]: value })
    expect((await list({ offset: '999999999999999' })).json.data).toEqual([])
    for (const body of [
      { limit: '1 union' },
      { limit: [1] },
      { limit: {} },
      { limit: true },
      { limit: 1.5 },
      { limit: -1 },
      { offset: null },
    ] as object[])
      expect([400, 422]).toContain((await fixture.ask('ALICE', 'POST', queryPath, { body })).status)
  })

  it('is no cursor, unless it came from the server for this order of this collection', async () => {
    const { json } = await list({ limit: '1', sort: 'title' })
    const cursor: string = json.meta.nextCursor
    expect((await list({ limit: '1', sort: 'title', cursor })).status).toBe(200)
    const bytes = Buffer.from(cursor, 'base64url')
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes)
      changed[at]! ^= 1
      expect((await list({ limit: '1', sort: 'title', cursor: changed.toString('base64url') })).json.code).toBe(
        'invalid_cursor',
      )
    }
    const made = Buffer.from('["\' or 1=1 --", null]').toString('base64url')
    for (const wrong of [
      made,
      '',
      'x',
      '%00',
      cursor.slice(1),
      cursor.slice(0, -2),
      `${cursor}AAAA`,
      bytes.toString('hex'),
      'A'.repeat(50_000),
    ])
      expect([400, 414], wrong.slice(0, 60)).toContain((await list({ sort: 'title', cursor: wrong })).status)
    for (const sort of ['-title', 'amount', 'title,amount', 'id'])
      expect((await list({ sort, cursor })).json.code).toBe('invalid_cursor')
    expect((await fixture.ask('ANON', 'GET', phrases, { query: { cursor, sort: 'text' } })).json.code).toBe(
      'invalid_cursor',
    )
    expect((await fixture.ask('ANON', 'GET', recordsOf('orgs'), { query: { cursor } })).json.code).toBe(
      'invalid_cursor',
    )
  })

  it('is no list of relations', async () => {
    for (const expand of [
      "owner'",
      'owner;select 1',
      'owner)',
      'owner(',
      'owner(fields:*)',
      'children(sort:title desc)',
      'children(limit:1 union)',
      'children(limit:-1)',
      'children(limit:0)',
      'children(limit:1001)',
      'children(filter:{"title":1})',
      'children(filter:{"$where":"1"})',
      'children(filter:[])',
      'children(filter:{"title":"x")',
      'children(offset:1)',
      'owner(sort:nickname)',
      '"owner"',
      'owner,owner',
      'owner.owner',
      '*',
      'title',
      'id',
      '__proto__',
      'constructor',
    ])
      await expectBadQuery({ expand })
    for (const body of [
      { expand: { owner: true } },
      { expand: [['owner']] },
      { expand: [null] },
      { expand: ['owner', "x'"] },
    ])
      expect((await fixture.ask('ALICE', 'POST', queryPath, { body })).status).toBe(400)
  })
})

describe('keys that reach prototypes', () => {
  const bodies = [
    '{"__proto__":{"isAdmin":true,"title":"x"}}',
    '{"\\u005f_proto__":{"isAdmin":true}}',
    '{"constructor":{"prototype":{"isAdmin":true}}}',
    '{"prototype":{"isAdmin":true}}',
    '{"ok":{"a":1},"__proto__":{"isAdmin":true}}',
    '[{"title":"x"},{"__proto__":{"isAdmin":true}}]',
    '{"title":"x","meta":{"a":[1,{"b":{"__proto__":{"isAdmin":true}}}]}}',
    '{"meta":{"constructor":{"prototype":{"isAdmin":true}}}}',
    `{"meta":${'{"a":'.repeat(60)}{"__proto__":{"isAdmin":true}}${'}'.repeat(60)}}`,
    `{"meta":${'['.repeat(200)}{"__proto__":1}${']'.repeat(200)}}`,
    '{"filter":{"__proto__":{"title":"x"}}}',
    '{"filter":{"meta":{"$eq":{"__proto__":1}}}}',
    '{"email":"x@example.com","password":"correct horse battery","__proto__":{"roles":["admin"]}}',
    '{"name":"things","fields":[{"name":"a","type":"text","__proto__":{"hidden":false}}]}',
  ]

  it('A70 A72 are refused wherever they stand', async () => {
    const headers = { 'content-type': 'application/json' }
    const targets: [string, string][] = [
      ['POST', docsPath],
      ['PATCH', `${docsPath}/${docs['own']!.id}`],
      ['PUT', `${docsPath}/${docs['own']!.id}`],
      ['POST', queryPath],
      ['POST', '/api/v1/auth/signup'],
      ['POST', '/api/v1/auth/login'],
      ['POST', '/api/v1/admin/collections'],
      ['POST', '/api/v1/admin/schema/plan'],
    ]
    for (const [method, path] of targets)
      for (const body of bodies)
        for (const who of ['ALICE', 'ADMIN'] as const) {
          const answer = await fixture.ask(who, method, path, { body, headers })
          expect([400, 403, 422], `${method} ${path} ${body.slice(0, 80)} ${answer.text}`).toContain(answer.status)
          refuseFaults(answer, path)
        }
    for (const search of [
      '__proto__[x]=1',
      'constructor[prototype][x]=1',
      'filter[__proto__][x]=1',
      'filter[constructor][prototype]=1',
      'filter[$or][__proto__][title]=1',
      'filter={"__proto__":{"title":1}}',
    ])
      expect((await fixture.ask('ALICE', 'GET', `${docsPath}?${search}`)).status).toBe(400)
    expect((await fixture.ask('ALICE', 'GET', '/api/v1/collections/__proto__/records')).status).toBe(404)
  })

  it('A70 have changed nothing for anyone', async () => {
    expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined()
    expect(Object.keys(Object.prototype)).toEqual([])
    expect((await fixture.ask('ALICE', 'GET', '/api/v1/admin/users')).status).toBe(403)
    expect((await fixture.ask('ANON', 'GET', recordsOf('audit'))).status).toBe(401)
    expect((await fixture.ask('ANON', 'GET', '/health/live')).status).toBe(200)
    expect((await fixture.ask('ALICE', 'GET', '/api/v1/auth/me')).json.data.email).toBe('alice@example.com')
    expect((await fixture.ask('ALICE', 'GET', `${docsPath}/${docs['own']!.id}`)).status).toBe(200)
  })

  it('A73 stay what they are as values: nothing is rendered', async () => {
    for (const text of [
      "{{constructor.constructor('return process')()}}",
      '<%= 7*7 %>',
      '\u0024{7*7}',
      '#{7*7}',
      '{{#with}}',
    ]) {
      const { json } = await fixture.ask('ALICE', 'PATCH', `${docsPath}/${docs['own']!.id}`, { body: { body: text } })
      expect(json.data.body).toBe(text)
    }
  })

  it('A77 and line breaks reach no header', async () => {
    const path = `${docsPath}/${docs['own']!.id}`
    for (const body of [{ body: 'a"\r\nSet-Cookie: x=1' }, { body: '\u2028\r' }]) {
      const answer = await fixture.ask('ALICE', 'PATCH', path, { body, query: { fields: 'body,version' } })
      expect([...answer.headers.keys()]).not.toContain('set-cookie')
      expect(answer.json.data.body).toBe(body.body)
    }
    for (const given of ['x'.repeat(65), 'a b c d e f', '<script>', 'x', "' or 1=1"]) {
      const answer = await fixture.server.request('GET', docsPath, { headers: { 'x-request-id': given } })
      expect(answer.headers.get('x-request-id')).not.toBe(given)
    }
  })
})

describe('queries without end', () => {
  const nested = (depth: number, wrap: (inner: object) => object): object => {
    let condition: object = { title: 'x' }
    for (let level = 0; level < depth; level++) condition = wrap(condition)
    return condition
  }

  it('A81 are refused before they cost much', async () => {
    const ask = async (filter: unknown, options: RequestOptions = {}) => {
      const startedMs = performance.now()
      const answer = await fixture.ask('ANON', 'POST', queryPath, { body: { filter }, ...options })
      expect([400, 413, 422], answer.text.slice(0, 200)).toContain(answer.status)
      expect(performance.now() - startedMs).toBeLessThan(4000)
    }
    for (const wrap of [
      (inner: object) => ({ $not: inner }),
      (inner: object) => ({ $or: [inner] }),
      (inner: object) => ({ $and: [inner, inner] }),
      (inner: object) => ({ children: { $some: inner } }),
    ])
      for (const depth of [8, 10]) await ask(nested(depth, wrap))
    await ask({ $or: Array.from({ length: 100_000 }, () => ({ title: 'x' })) })
    await ask({ $or: Array.from({ length: 201 }, () => ({ title: 'x' })) })
    await ask({ title: { $in: Array.from({ length: 100_000 }, (_, at) => `${at}`) } })
    await ask({ title: { $in: Array.from({ length: 1001 }, (_, at) => `${at}`) } })
    await ask({ title: { $contains: 'x'.repeat(10_001) } })
    await ask({ [`${'parent.'.repeat(10)}title`]: 'x' })
    for (const path of ['parent.parent.title', 'children.title'])
      await ask({ $and: Array.from({ length: 60 }, (_, at) => ({ [path]: `x${at}` })) })
    await ask({ $and: Array.from({ length: 150 }, (_, at) => ({ title: 'x'.repeat(900) + at })) })
    await ask({ [`${'parent.'.repeat(20_000)}title`]: 'x' })
    const text = `{"filter":${'{"$not":'.repeat(20_000)}{}${'}'.repeat(20_000)}}`
    await ask(undefined, { body: text, headers: { 'content-type': 'application/json' } })
  })

  it('A81 are refused in a URL too', async () => {
    for (const search of [
      `filter=${'['.repeat(50_000)}`,
      `filter=${encodeURIComponent(`${'{"$not":'.repeat(500)}{}${'}'.repeat(500)}`)}`,
      `filter${'[a]'.repeat(1000)}=x`,
      Array.from({ length: 3000 }, (_, at) => `filter[title][$in][${at}]=x`).join('&'),
      Array.from({ length: 500 }, (_, at) => `filter[$or][${at}][title]=x`).join('&'),
      `sort=${'parent.'.repeat(5000)}title`,
      `sort=${Array.from({ length: 500 }, () => 'title').join(',')}`,
      `expand=${'parent.'.repeat(5000)}parent`,
      `expand=${'parent(expand('.repeat(2000)}`,
      `expand=${Array.from({ length: 2000 }, () => 'children').join(',')}`,
      `expand=children(expand(${Array.from({ length: 60 }, (_, at) => `r${at}`).join(',')}))`,
      `fields=${'x'.repeat(50_000)}`,
      'x'.repeat(103_000),
    ]) {
      const startedMs = performance.now()
      const answer = await fixture.ask('ANON', 'GET', `${docsPath}?${search}`)
      expect([400, 414, 431], `${search.slice(0, 60)} ${answer.text.slice(0, 200)}`).toContain(answer.status)
      expect(performance.now() - startedMs).toBeLessThan(4000)
      expect(answer.text.length).toBeLessThan(200_000)
    }
  })

  it('A90 do not come in by headers either', async () => {
    const tooMany = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`x-h${at}`, 'x']))
    for (const [headers, statuses] of [
      [{ authorization: 'Bearer %E0%A4%A' }, [401]],
      [{ authorization: `Bearer ${'x'.repeat(100_000)}` }, [401, 431]],
      [{ authorization: 'Basic nocolon' }, [401]],
      [{ authorization: 'Bearer' }, [401]],
      [{ authorization: 'Bearer \u00ff\u00fe' }, [401]],
      [{ authorization: '' }, [401, 200]],
      [tooMany, [200, 431]],
      [{ 'if-match': `"v${'9'.repeat(10_000)}"` }, [200]],
      [{ prefer: 'return=minimal'.repeat(1000) }, [200]],
      [{ accept: `${'a/*,'.repeat(10_000)}` }, [200]],
      [{ 'user-agent': `${'('.repeat(10_000)}` }, [200]],
    ] as [Record<string, string>, number[]][]) {
      const answer = await fixture.server.request('GET', docsPath, { headers })
      expect(statuses, JSON.stringify(headers).slice(0, 60)).toContain(answer.status)
    }
    for (const version of ['"v9999999999"', '"v0"', 'v1', 'W/"v1"', '"v1", "v2"', '"v-1"', '""', '"v99999999999"']) {
      const headers = { 'if-match': version }
      const answer = await fixture.ask('ALICE', 'PATCH', `${docsPath}/${docs['own']!.id}`, {
        headers,
        body: { title: 'x' },
      })
      expect([400, 404, 412, 422], version).toContain(answer.status)
    }
  })
})

describe('all of it at once', () => {
  it('leaves the server as it was', async () => {
    const before = await fixture.ask('ALICE', 'GET', docsPath)
    const spots = (text: string): RequestOptions[] => [
      { query: { filter: text } },
      { query: { filter: JSON.stringify({ [text]: text }) } },
      { query: { filter: JSON.stringify({ title: { [text]: text } }) } },
      { query: { sort: text } },
      { query: { fields: text } },
      { query: { expand: text } },
      { query: { expand: `children(filter:{"title":${JSON.stringify(text)}})` } },
      { query: { cursor: text } },
      { query: { count: text } },
      { query: { limit: text } },
      { query: { [text]: text } },
      { query: { [`filter[${text}]`]: text } },
    ]
    await forEachOf(hostileTexts.flatMap(spots), async (options) => {
      for (const path of [docsPath, `${docsPath}/${idOf(1)}`]) {
        const answer = await fixture.ask('ALICE', 'GET', path, options)
        canaries.check('ALICE', answer, JSON.stringify(options))
      }
    })
    expect(bytesOf(await fixture.ask('ALICE', 'GET', docsPath))).toBe(bytesOf(before))
  })
})
