import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestResponse } from '../../support/index.js'
import { define, type Persona, signUp } from '../../support/personas.js'
import {
  type Doc,
  docsPath,
  type Fixture,
  idOf,
  type PersonaName,
  personaNames,
  recordsOf,
  startFixture,
  strangers,
} from './fixture.js'
import { bytesOf, CanaryOracle } from './oracles.js'
import { visibleFields } from './policy.js'

/** Row rules, relations and tenants. The cases are those of the catalogue of attacks. */

let fixture: Fixture
let canaries: CanaryOracle
let docs: Record<string, Doc>

beforeAll(async () => {
  fixture = await startFixture()
  canaries = new CanaryOracle(fixture)
  docs = fixture.docs
})
afterAll(() => fixture?.stop())

const list = (who: PersonaName, query: Record<string, string>): Promise<TestResponse> =>
  fixture.ask(who, 'GET', docsPath, { query })

const visibleTo = (who: PersonaName): string[] =>
  Object.values(docs)
    .filter((doc) => visibleFields(fixture, who, doc).size > 0)
    .map(({ id }) => id)
    .sort()

const idsOf = ({ json }: TestResponse): string[] => json.data.map(({ id }: { id: string }) => id)

describe('the rows of a persona', () => {
  it('A24 are the same by list, page, count, query and get', async () => {
    for (const who of personaNames) {
      const wanted = visibleTo(who)
      expect(idsOf(await list(who, { sort: 'id' }))).toEqual(wanted)
      for (const count of ['exact', 'estimated', 'upTo:100'])
        expect((await list(who, { count, limit: '1' })).json.meta.total).toBe(wanted.length)
      expect((await list(who, { count: 'upTo:2' })).json.meta.total).toBe(Math.min(2, wanted.length))
      expect((await list(who, { offset: '1000', count: 'exact' })).json).toMatchObject({
        data: [],
        meta: { total: wanted.length, nextCursor: null },
      })
      const queried = await fixture.ask(who, 'POST', docsPath.replace('/records', '/query'), { body: { sort: 'id' } })
      expect(idsOf(queried)).toEqual(wanted)
      const paged: string[] = []
      for (let offset = 0; offset < wanted.length + 1; offset++)
        paged.push(...idsOf(await list(who, { sort: 'id', limit: '1', offset: String(offset) })))
      expect(paged).toEqual(wanted)
    }
  })

  it('A24 are the same by HEAD, which differs from GET in having no body', async () => {
    for (const path of [docsPath, `${docsPath}/${docs['own']!.id}`, `${docsPath}/${docs['foreign']!.id}`]) {
      const headers = { authorization: `Bearer ${fixture.personas.ALICE!.token}`, 'x-request-id': 'always-the-same' }
      const [get, head] = await Promise.all(
        ['GET', 'HEAD'].map((method) => fetch(fixture.server.url + path, { method, headers })),
      )
      const passing = ['date', 'connection', 'keep-alive']
      const pairs = ({ headers: sent }: Response) => [...sent].filter(([name]) => !passing.includes(name))
      expect([head!.status, pairs(head!)]).toEqual([get!.status, pairs(get!)])
      expect(await head!.text()).toBe('')
      await get!.text()
    }
  })
})

describe('an expanded relation', () => {
  const ways = [
    'org(expand(docs(limit:9,expand(owner,members))))',
    'org(expand(staff(limit:9,expand(docs(limit:9),memberOf(limit:9)))))',
    'members(expand(docs(limit:9,expand(parent))))',
    'parent(expand(parent(expand(parent(expand(parent(expand(parent))))))))',
    'children(limit:3,expand(children(limit:3,expand(children(limit:3,expand(children(limit:3,expand(children))))))))',
    'parent(expand(children(limit:9,expand(parent(expand(children(limit:9,expand(parent(expand(owner))))))))))',
    'owner(expand(org(expand(staff(limit:5,expand(docs(limit:9,expand(org(expand(docs(limit:9)))))))))))',
    'owner.org.staff.org.docs.owner',
  ]

  it.each(strangers)('A25 shows %s what the rules of the target open, at every hop', async (who) => {
    for (const expand of ways) {
      const answer = await list(who, { expand, limit: '10' })
      // Who may read no user is told that relations users see are no relations.
      expect(who === 'ANON' ? [200, 400] : [200], answer.text).toContain(answer.status)
      canaries.check(who, answer, expand)
    }
  })

  it('A25 leaves closed targets out, as if they were not there', async () => {
    const query = { filter: JSON.stringify({ id: docs['foreignPublished']!.id }), expand: 'parent,children,owner,org' }
    const [record] = (await list('ANON', query)).json.data
    expect(record.expand).toEqual({ parent: null, children: [], owner: null, org: null })
    expect((await list('ANON', { expand: 'parent(expand(parent))' })).status).toBe(200)
  })

  it('A26 tells of no membership that is closed', async () => {
    const { bob } = fixture.people
    for (const condition of [
      { members: { $has: bob.id } },
      { members: { $null: true } },
      { members: { $some: { id: bob.id } } },
      { memberOf: { $some: { title: 'x' } } },
    ])
      expect((await list('ANON', { filter: JSON.stringify(condition) })).json.code).toBe('unknown_field')
    // PAY reads titles only: in no row the members.
    for (const condition of [{ $has: bob.id }, { $null: false }, { $hasAny: [bob.id] }, { $null: true }])
      expect(idsOf(await list('PAY', { filter: JSON.stringify({ members: condition }) }))).toEqual([])
    const through = { org: { $ne: null }, 'org.docs.members': { $has: bob.id } }
    expect(idsOf(await list('PAY', { filter: JSON.stringify(through) }))).toEqual([])
    for (const id of [docs['foreign']!.id, idOf(0xfff)])
      expect((await fixture.ask('ALICE', 'GET', `${docsPath}/${id}`, { query: { expand: 'members' } })).status).toBe(
        404,
      )
  })
})

describe('the collection a request is about', () => {
  it('A28 is the one in the path', async () => {
    for (const name of ['table', 'collection', 'redirectClassNameForKey', 'from', 'schema', 'model', 'className'])
      expect((await list('ALICE', { [name]: 'audit' })).json.code).toBe('invalid_query')
    const headers = { 'x-collection': 'audit', 'x-table': 'audit', 'x-original-url': recordsOf('audit') }
    const plain = await list('ALICE', {})
    expect(bytesOf(await fixture.ask('ALICE', 'GET', docsPath, { headers, query: {} }))).toBe(bytesOf(plain))
    for (const body of [{ collection: 'audit' }, { className: 'audit' }, { __type: 'Pointer', className: 'audit' }])
      for (const path of [docsPath, docsPath.replace('/records', '/query')]) {
        const answer = await fixture.ask('ALICE', 'POST', path, { body })
        expect(answer.status).toBe(400)
      }
    const closed = [
      'audit',
      'holdfast.sessions',
      'pg_user',
      'public.docs',
      '"docs"',
      'docs"',
      'migrations',
      'user_roles',
    ]
    for (const name of [...closed, 'Docs', 'DOCS', 'docs ', 'docs%00', '..', '%2e%2e', 'docs%2frecords']) {
      const answer = await fixture.ask('ALICE', 'GET', `/api/v1/collections/${name}/records`)
      expect([403, 404, 400], name).toContain(answer.status)
      canaries.check('ALICE', answer, name)
    }
  })

  it('A44 does not depend on a tenant named elsewhere', async () => {
    expect((await list('ALICE', { org: fixture.orgs.b })).status).toBe(400)
    const headers = { 'x-org': fixture.orgs.b, 'x-tenant-id': fixture.orgs.b, 'x-user-id': fixture.people.bob.id }
    expect(bytesOf(await fixture.ask('ALICE', 'GET', docsPath, { headers }))).toBe(bytesOf(await list('ALICE', {})))
    const body = { title: 'x', org: fixture.orgs.b }
    expect((await fixture.ask('ALICE', 'POST', docsPath, { body, headers })).status).toBe(409)
  })
})

describe('a rule about the caller', () => {
  let nameless: Persona

  beforeAll(async () => {
    nameless = await signUp(fixture.server, 'nameless@example.com')
    const fields = [
      { name: 'text', type: 'text' },
      { name: 'who', type: 'text' },
    ] as const
    const notMine = { who: { $ne: '$user.nickname' } }
    await define(fixture.server, fixture.personas.ADMIN!, [
      { name: 'differs', fields: [...fields], rules: [{ role: 'public', action: 'read', conditions: notMine }] },
      {
        name: 'negates',
        fields: [...fields],
        rules: [{ role: 'user', action: 'read', conditions: { $not: { who: '$user.nickname' } } }],
      },
      {
        name: 'excludes',
        fields: [...fields],
        rules: [{ role: 'public', action: 'read', conditions: { who: { $nin: '$user.roles' } } }],
      },
      {
        name: 'includes',
        fields: [...fields],
        rules: [{ role: 'public', action: 'read', conditions: { who: { $in: '$user.roles' } } }],
      },
      {
        name: 'none',
        fields: [...fields],
        rules: [{ role: 'user', action: 'read', conditions: { who: { $in: [] } } }],
      },
      {
        name: 'denied',
        fields: [...fields],
        rules: [
          { role: 'public', action: 'read' },
          { role: 'public', action: 'read', conditions: { who: '$user.nickname' }, deny: true },
        ],
      },
    ])
    for (const name of ['differs', 'negates', 'excludes', 'includes', 'none', 'denied'])
      await fixture.ask('ADMIN', 'POST', recordsOf(name), {
        body: [{ who: 'user' }, { who: null }, { who: 'canary-nickname-alice-' }],
      })
  })

  const rowsOf = async (name: string, who: PersonaName | undefined): Promise<unknown> => {
    const path = `${recordsOf(name)}?sort=who`
    const answer = who
      ? await fixture.ask(who, 'GET', path)
      : await fixture.server.request('GET', path, { token: nameless.token })
    return answer.status === 200 ? answer.json.data.map((row: { who: unknown }) => row.who) : answer.status
  }

  it('A29 gives nothing where nothing is known of the caller', async () => {
    expect(await rowsOf('differs', 'ANON')).toBe(401)
    expect(await rowsOf('differs', undefined)).toEqual([])
    expect(await rowsOf('differs', 'ALICE')).toEqual(['user', null])
    expect(await rowsOf('negates', undefined)).toEqual([])
    expect(await rowsOf('negates', 'ALICE')).toEqual(['user', null])
    expect(await rowsOf('none', 'ALICE')).toEqual([])
    expect(await rowsOf('includes', 'ANON')).toEqual([])
    expect(await rowsOf('includes', 'ALICE')).toEqual(['user'])
    expect(await rowsOf('excludes', 'ALICE')).toEqual(['canary-nickname-alice-', null])
  })

  it('A29 takes everything when it denies', async () => {
    expect(await rowsOf('denied', 'ANON')).toBe(401)
    expect(await rowsOf('denied', undefined)).toEqual([])
    expect(await rowsOf('denied', 'ALICE')).toEqual(['user', null])
  })

  it('A29 never takes an absent value for another absent value', async () => {
    // CAROL and PAY belong to no organisation, and neither does the orphan.
    for (const who of ['CAROL', 'PAY'] as const) {
      const { json } = await fixture.ask(who, 'GET', `${docsPath}/${docs['orphan']!.id}`)
      expect(Object.keys(json.data).sort()).toEqual([...visibleFields(fixture, who, docs['orphan']!)].sort())
    }
  })
})

describe('a record', () => {
  it('A30 is named by a whole id, or nothing happens', async () => {
    for (const id of [
      'undefined',
      'null',
      '0',
      '*',
      '%20',
      '%',
      'true',
      `${docs['own']!.id}'`,
      `{${docs['own']!.id}}`,
      docs['own']!.id.replaceAll('-', ''),
    ])
      for (const method of ['GET', 'PATCH', 'PUT', 'DELETE']) {
        const answer = await fixture.ask(
          'ALICE',
          method,
          `${docsPath}/${id}`,
          method === 'GET' || method === 'DELETE' ? {} : { body: { title: 'x' } },
        )
        expect([400, 404], `${method} ${id}`).toContain(answer.status)
      }
    for (const method of ['PATCH', 'PUT', 'DELETE'])
      for (const path of [docsPath, `${docsPath}/`]) {
        const { status } = await fixture.ask('ALICE', method, path, method === 'DELETE' ? {} : { body: { title: 'x' } })
        expect([400, 404, 405, ...(method === 'PUT' ? [422] : [])], method).toContain(status)
      }
    for (const query of [
      { id: 'undefined' },
      { where: '{}' },
      { filter: '{"id":null}' },
      { filter: '{"id":{"$eq":null}}' },
    ] as Record<string, string>[]) {
      const answer = await list('ALICE', query)
      expect(answer.status === 400 || answer.json.data.length === 0).toBe(true)
    }
    expect(idsOf(await list('ADMIN', { limit: '100', filter: '{"title":"x"}' }))).toEqual([])
  })

  it('A38 may be given an id by its creator, a UUID that is free', async () => {
    const create = (id: unknown) =>
      fixture.ask('ALICE', 'POST', docsPath, { body: { id, title: 'x', org: fixture.orgs.a } })
    for (const id of [
      'role:admin',
      '../x',
      'x'.repeat(1_000_000),
      '',
      5,
      null,
      {},
      [docs['own']!.id],
      `${idOf(1)}\n`,
      ` ${idOf(1)}`,
    ]) {
      const { status } = await create(id)
      expect([400, 413, 422], JSON.stringify(id).slice(0, 50)).toContain(status)
    }
    for (const id of [docs['own']!.id, docs['foreign']!.id, docs['foreign']!.id.toUpperCase()]) {
      const answer = await create(id)
      expect(answer.json).toMatchObject({ status: 409, code: 'unique_violation', errors: [{ path: 'id' }] })
      canaries.check('ALICE', answer, 'taken id')
    }
    const { text } = await fixture.ask('ADMIN', 'GET', `${docsPath}/${docs['foreign']!.id}`)
    expect(text).toContain('canary-title-5-')
  })
})

describe('a write', () => {
  const read = async (doc: Doc): Promise<Record<string, unknown>> =>
    (await fixture.ask('ADMIN', 'GET', `${docsPath}/${doc.id}`)).json.data

  it('A32 moves no record out of the rule, and none to a place the caller cannot see', async () => {
    const { own } = docs as Record<'own', Doc>
    const before = await read(own)
    for (const [body, status] of [
      [{ owner: fixture.people.bob.id }, 409],
      [{ owner: fixture.people.dora.id }, 403],
      [{ owner: null }, 403],
      [{ org: fixture.orgs.b }, 409],
      [{ org: fixture.orgs.c }, 403],
      [{ org: null }, 403],
      [{ parent: docs['foreign']!.id }, 409],
      [{ members: [fixture.people.bob.id] }, 409],
      [{ title: 'x', org: null, members: [] }, 403],
    ] as const) {
      const answer = await fixture.ask('ALICE', 'PATCH', `${docsPath}/${own.id}`, { body })
      expect([JSON.stringify(body), answer.status]).toEqual([JSON.stringify(body), status])
    }
    expect(await read(own)).toEqual(before)
    const { length } = idsOf(await list('ADMIN', { limit: '100' }))
    for (const [body, status] of [
      [{ title: 'x', org: fixture.orgs.c }, 403],
      [{ title: 'x' }, 403],
      [{ title: 'x', org: fixture.orgs.b }, 409],
      [{ title: 'x', org: fixture.orgs.a, owner: fixture.people.bob.id }, 403],
      [
        [
          { title: 'x', org: fixture.orgs.a },
          { title: 'x', org: fixture.orgs.c },
        ],
        403,
      ],
      [
        [
          { title: 'x', org: fixture.orgs.a },
          { title: 'x', org: fixture.orgs.a, members: [fixture.people.bob.id] },
        ],
        409,
      ],
    ] as const) {
      const answer = await fixture.ask('ALICE', 'POST', docsPath, { body })
      expect([JSON.stringify(body), answer.status]).toEqual([JSON.stringify(body), status])
    }
    expect(idsOf(await list('ADMIN', { limit: '100' }))).toHaveLength(length)
  })

  it('A33 reaches no related record', async () => {
    const { id } = docs['own']!
    for (const body of [
      { owner: { id: fixture.people.bob.id, role: 'admin' } },
      { org: { id: fixture.orgs.a, name: 'mine' } },
      { members: { create: [{ email: 'x@example.com' }], disconnect: [fixture.people.bob.id] } },
      { members: [{ id: fixture.people.alice.id, nickname: 'x' }] },
      { parent: { title: 'x' } },
      { parent: [docs['own']!.id] },
      { 'parent.title': 'x' },
      { children: [docs['foreign']!.id] },
      { children: { create: [{ title: 'x' }] } },
      { expand: { owner: { nickname: 'x' } } },
    ])
      for (const [method, path] of [
        ['PATCH', `${docsPath}/${id}`],
        ['POST', docsPath],
      ] as const) {
        const answer = await fixture.ask('ALICE', method, path, { body: { title: 'x', ...body } })
        expect([400, 403, 422], `${JSON.stringify(body)} ${answer.text}`).toContain(answer.status)
      }
    expect((await read(docs['own']!))['title']).toBe('canary-title-1-')
  })

  it('A58 is judged on the whole record as it becomes, however little of it is sent', async () => {
    const { json } = await fixture.ask('ALICE', 'POST', docsPath, { body: { title: 'mine', org: fixture.orgs.a } })
    const path = `${docsPath}/${json.data.id}`
    expect((await fixture.ask('ALICE', 'PATCH', path, { body: { org: fixture.orgs.c } })).status).toBe(403)
    expect((await fixture.ask('ALICE', 'PUT', path, { body: { org: fixture.orgs.c } })).status).toBe(403)
    const { server, personas } = fixture
    // A record that no longer satisfies the rule is out of reach, whatever the change.
    await fixture.ask('ADMIN', 'PATCH', path, { body: { org: fixture.orgs.c } })
    const back = await server.request('PATCH', path, { token: personas.ALICE!.token, body: { org: fixture.orgs.a } })
    expect(back.status).toBe(404)
  })
})

describe('answers', () => {
  it('A42 are kept by no cache, and no answer stands for another caller', async () => {
    const path = `${docsPath}/${docs['foreignPublished']!.id}`
    const seen = new Set<string>()
    for (const who of ['ADMIN', 'BOB', 'CAROL', 'PAY', 'ALICE', 'ANON', 'BOB'] as const) {
      const tag = seen.size > 0 ? '"v1", "v2", *' : '"v1"'
      const answer = await fixture.ask(who, 'GET', path, { headers: { 'if-none-match': tag } })
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'private, no-store'])
      canaries.check(who, answer, 'cached')
      seen.add(answer.text)
    }
    expect(seen.size).toBeGreaterThan(4)
  })
})

describe('a person who is gone', () => {
  it('A37 asks no more when a filter or a batch deletes them', async () => {
    const operations = (id: string) => ({ operations: [{ action: 'delete', collection: 'users', id }] })
    const ways = [
      (id: string) => fixture.ask('ADMIN', 'DELETE', recordsOf('users'), { query: { filter: JSON.stringify({ id }) } }),
      (id: string) => fixture.ask('ADMIN', 'POST', '/api/v1/batch', { body: operations(id) }),
    ]
    for (const [index, remove] of ways.entries()) {
      const gone = await signUp(fixture.server, `gone${index}@example.com`)
      const ask = async () => (await fixture.server.request('GET', docsPath, { token: gone.token })).status
      expect(await ask()).toBe(200)
      expect((await remove(gone.id)).status).toBe(200)
      expect(await ask()).toBe(401)
    }
  })

  it('A37 asks no more, and leaves no rights to who comes after', async () => {
    const gone = await signUp(fixture.server, 'gone@example.com', fixture.personas.ADMIN, ['editor'])
    expect((await fixture.server.request('GET', docsPath, { token: gone.token })).status).toBe(200)
    expect((await fixture.ask('ADMIN', 'DELETE', `${recordsOf('users')}/${gone.id}`)).status).toBe(204)
    const ask = async () => (await fixture.server.request('GET', docsPath, { token: gone.token })).status
    expect(await ask()).toBe(401)
    const heir = await fixture.ask('ADMIN', 'POST', recordsOf('users'), {
      body: { id: gone.id, email: 'heir@example.com' },
    })
    expect(heir.status).toBe(201)
    expect((await fixture.server.request('GET', docsPath, { token: gone.token })).status).toBe(401)
    const roles = await fixture.server.database.run({
      text: 'select role from holdfast.user_roles where user_id = $1',
      values: [gone.id],
    })
    expect(roles.rows).toEqual([])
  })
})

describe('rules', () => {
  it('A45 with an empty list of fields are refused, so that they never mean all of them', async () => {
    const collection = {
      name: 'open',
      fields: [{ name: 'a', type: 'text' }],
      rules: [{ role: 'public', action: 'read', fields: [] }],
    }
    const answer = await fixture.ask('ADMIN', 'POST', '/api/v1/admin/collections', { body: collection })
    expect(answer.json.code).toBe('invalid_definition')
    for (const conditions of [{}, { $or: [] }, { $and: [{}] }, { a: {} }])
      expect(
        (
          await fixture.ask('ADMIN', 'POST', '/api/v1/admin/collections', {
            body: { ...collection, rules: [{ role: 'public', action: 'read', conditions }] },
          })
        ).status,
      ).toBe(422)
  })

  it('A45 that deny win, whatever stands before or after them, and only where they apply', async () => {
    const fields = [
      { name: 'a', type: 'text' },
      { name: 'b', type: 'text' },
    ] as const
    const allow = { role: 'public', action: 'read' } as const
    const partly = { role: 'public', action: 'read', fields: ['a'] } as const
    const deny = { ...allow, fields: ['b'], conditions: { a: 'x' }, deny: true } as { role: string; action: 'read' }
    await define(fixture.server, fixture.personas.ADMIN!, [
      { name: 'first', fields: [...fields], rules: [deny, allow, partly] },
      { name: 'last', fields: [...fields], rules: [partly, allow, deny] },
    ])
    for (const name of ['first', 'last']) {
      await fixture.ask('ADMIN', 'POST', recordsOf(name), {
        body: [
          { a: 'x', b: 'hidden' },
          { a: 'y', b: 'open' },
        ],
      })
      const { json } = await fixture.ask('ANON', 'GET', `${recordsOf(name)}?sort=a&fields=a,b`)
      expect(json.data).toEqual([{ a: 'x' }, { a: 'y', b: 'open' }])
    }
  })
})

describe('values on which an expression could fail', () => {
  it('A40 make no query fail, neither open rows nor closed ones', async () => {
    await define(fixture.server, fixture.personas.ADMIN!, [
      {
        name: 'ratios',
        fields: [
          { name: 'n', type: 'integer' },
          { name: 'open', type: 'boolean' },
          { name: 'text', type: 'text' },
          { name: 'ratio', type: 'computed', expression: '100 / (n - 5)', returns: 'number' },
          { name: 'rest', type: 'computed', expression: 'n % (n - 5)', returns: 'decimal' },
          { name: 'cut', type: 'computed', expression: 'substr(text, n, n)', returns: 'text' },
        ],
        rules: [{ role: 'public', action: 'read', conditions: { open: true } }],
      },
    ])
    const rows = [5, 0, -1, 4, 1_000_000].flatMap((n) => [
      { n, open: false, text: '%\\_' },
      { n, open: true, text: '' },
    ])
    expect((await fixture.ask('ADMIN', 'POST', recordsOf('ratios'), { body: rows })).status).toBe(201)
    for (const query of [
      'filter[ratio][$gt]=0',
      'filter[rest][$lt]=1',
      'sort=ratio',
      'sort=-cut',
      'filter[text][$like]=%25',
      'filter[cut][$ilike]=_',
      'count=exact',
    ]) {
      const before = await fixture.ask('ANON', 'GET', `${recordsOf('ratios')}?${query}`)
      expect(before.status, before.text).toBe(200)
      const { database } = fixture.server
      await database.run({ text: 'update public.ratios set n = n + 1 where not open', values: [] })
      expect(bytesOf(await fixture.ask('ANON', 'GET', `${recordsOf('ratios')}?${query}`))).toBe(bytesOf(before))
      await database.run({ text: 'update public.ratios set n = n - 1 where not open', values: [] })
    }
  })
})
