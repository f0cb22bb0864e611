import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RequestOptions, TestResponse } from '../../support/index.js'
import { define } from '../../support/personas.js'
import {
  type Doc,
  docsPath,
  type Fixture,
  idOf,
  type PersonaName,
  recordsOf,
  startFixture,
  strangers,
} from './fixture.js'
import { bytesOf, CanaryOracle, refuseFaults } from './oracles.js'
import { operands } from './ways-out.js'

/** Confidentiality of single fields. The cases are those of the catalogue of attacks; `matrix.test.ts` multiplies them. */

let fixture: Fixture
let canaries: CanaryOracle
let docs: Record<string, Doc>

beforeAll(async () => {
  fixture = await startFixture()
  canaries = new CanaryOracle(fixture)
  docs = fixture.docs
})
afterAll(() => fixture?.stop())

type Query = Record<string, string>

const list = (who: PersonaName, query: Query): Promise<TestResponse> => fixture.ask(who, 'GET', docsPath, { query })

const filter = (who: PersonaName, condition: object, more = {}): Promise<TestResponse> =>
  list(who, { filter: JSON.stringify(condition), ...more })

const idsOf = (answer: TestResponse): string[] => answer.json.data.map(({ id }: { id: string }) => id)

/** 400 `unknown_field`, and the same bytes as for a name of the same length that no field has. */
async function expectUnknown(
  who: PersonaName,
  name: string,
  ask: (name: string) => Promise<TestResponse>,
): Promise<void> {
  const twin = `${name.slice(0, -1)}Q`
  const [answer, other] = await Promise.all([ask(name), ask(twin)])
  expect([answer.status, answer.json.code], `${who} ${name} ${answer.text}`).toEqual([400, 'unknown_field'])
  expect(bytesOf(answer)).toBe(bytesOf(other).replaceAll(twin, name))
}

describe('a closed field in a filter', () => {
  it('A01 means nothing with any operator', async () => {
    for (const [who, name] of [
      ['ANON', 'salary'],
      ['ANON', 'code'],
      ['ALICE', 'secret'],
      ['CAROL', 'secret'],
    ] as const)
      for (const [operator, operand] of Object.entries(operands(docs['foreign']!.secret)))
        for (const wrap of [(condition: object) => condition, (condition: object) => ({ $not: condition })])
          await expectUnknown(who, name, (field) => filter(who, wrap({ [field]: { [operator]: operand } })))
  })

  it('A01 is false where it is closed in this row only, and its negation true', async () => {
    const all = await list('CAROL', { fields: 'id', count: 'exact' })
    const { salary } = docs['foreign']!
    for (const condition of [
      { $gt: 0 },
      { $lt: 2 ** 40 },
      { $eq: salary },
      { $ne: 1 },
      { $in: [salary] },
      { $nin: [1] },
      { $null: true },
      { $null: false },
      { $between: [0, 2 ** 40] },
    ]) {
      expect(idsOf(await filter('CAROL', { salary: condition }))).toEqual([])
      const negated = await filter('CAROL', { $not: { salary: condition } }, { count: 'exact' })
      expect([idsOf(negated), negated.json.meta.total]).toEqual([idsOf(all), all.json.meta.total])
    }
  })

  it('A04 is found however deep it hides, and only lists are lists', async () => {
    await expectUnknown('ALICE', 'secret', (name) => filter('ALICE', { $or: [{ $and: [{ $not: { [name]: 'x' } }] }] }))
    await expectUnknown('ALICE', 'secret', (name) =>
      filter('ALICE', { children: { $none: { parent: { $ne: null }, 'parent.parent': null, [name]: 'x' } } }),
    )
    for (const operand of [
      { '0': { title: 'x' }, length: 1 },
      'title',
      { title: 'x' },
      5,
      null,
      [],
      [null],
      [[]],
      ['x'],
    ])
      for (const operator of ['$or', '$and']) expect((await filter('ALICE', { [operator]: operand })).status).toBe(400)
    for (const operand of [[{ title: 'x' }], 'x', null, {}])
      expect((await filter('ALICE', { $not: operand })).status).toBe(400)
    const sparse = 'filter[$or][0][title]=x&filter[$or][7][title]=y'
    expect((await fixture.ask('ALICE', 'GET', `${docsPath}?${sparse}`)).status).toBe(400)
  })

  it('A05 means nothing at the end of a path either: credentials are no fields of anybody', async () => {
    for (const name of ['password', 'passwordHash', 'token', 'sessions', 'roles', 'resetToken', 'phone'])
      for (const path of ['owner', 'createdBy', 'members', 'parent.owner', 'org.staff'])
        for (const who of ['ALICE', 'CAROL'] as const)
          expect((await filter(who, { [`${path}.${name}`]: { $startsWith: 'a' } })).json.code).toBe('unknown_field')
    // Nobody but users may read users, so for everyone else not even the relation leads anywhere.
    expect((await filter('ANON', { 'owner.email': { $startsWith: 'a' } })).json.code).toBe('unknown_field')
    expect(idsOf(await filter('ALICE', { 'owner.email': { $startsWith: 'bob' } }))).toEqual([])
    expect(idsOf(await filter('ALICE', { 'owner.nickname': { $startsWith: 'canary-nickname-bob' } }))).toEqual([])
  })

  it('A06 is found by no other spelling of its name', async () => {
    const spellings = [
      'p.secret',
      'docs.secret',
      '"secret"',
      'SECRET',
      'Secret',
      'secret ',
      ' secret',
      'ｓecret',
      's%65cret',
    ]
    const hostile = [
      'secret\u0000',
      'secret;',
      'secret--',
      "secret'",
      'secret::text',
      '(secret)',
      '*',
      'p.*',
      'secret,title',
    ]
    for (const name of [
      ...spellings,
      ...hostile,
      'public.docs.secret',
      'title.secret',
      'secret.title',
      '$secret',
      '',
    ]) {
      const answers = [await filter('ALICE', { [name]: 'x' }), await list('ALICE', { sort: name || '-' })]
      answers.push(await list('ALICE', { fields: name || ',' }), await list('ALICE', { expand: name || ',' }))
      for (const answer of answers) {
        expect(answer.status, `${name} ${answer.text}`).toBe(400)
        canaries.check('ALICE', answer, name)
      }
    }
    // A path segment is decoded once.
    expect((await fixture.ask('ALICE', 'GET', `${docsPath}?fields=s%2565cret`)).json.code).toBe('unknown_field')
    expect((await fixture.ask('ALICE', 'GET', `${docsPath}?fields=s%65cret`)).json.code).toBe('unknown_field')
  })
})

describe('a closed field elsewhere in a query', () => {
  it('A02 sorts nothing', async () => {
    for (const sort of ['secret', '-secret', 'title,secret', 'parent.secret'])
      await expectUnknown('ALICE', 'secret', (name) => list('ALICE', { sort: sort.replace('secret', name) }))
    const byId = idsOf(await list('CAROL', { sort: 'id' }))
    for (const sort of ['salary', 'bonus', 'salary,bonus'])
      expect(idsOf(await list('CAROL', { sort, limit: '100' }))).toEqual(byId)
    expect(idsOf(await list('CAROL', { sort: '-salary' }))).toEqual(byId.toReversed())
    const title = idsOf(await list('CAROL', { sort: 'org,title' }))
    expect(idsOf(await list('CAROL', { sort: 'org,salary,title' }))).toEqual(title)
  })

  it('A08 groups nothing: there is no such parameter', async () => {
    for (const name of ['groupBy', 'distinct', 'having', 'facets', 'aggregate', 'select', 'include', 'where'])
      expect((await list('CAROL', { [name]: 'salary' })).json.code).toBe('invalid_query')
  })

  it('A09 is not renamed, and what is computed from it is closed with it', async () => {
    for (const fields of ['x:secret', 'secret:x', 'secret as title', 'title secret', 'x=secret'])
      expect((await list('ALICE', { fields })).json.code).toBe('unknown_field')
    expect((await fixture.ask('ALICE', 'GET', `${docsPath}?alias[x]=secret`)).status).toBe(400)
    for (const record of (await list('CAROL', {})).json.data) expect(record).not.toHaveProperty('bonus')
    expect((await list('ANON', { fields: 'double' })).json.code).toBe('unknown_field')
    const pay = await list('PAY', { fields: 'salary,title', filter: JSON.stringify({ id: docs['foreign']!.id }) })
    expect(pay.json.data[0].salary).toBe(docs['foreign']!.salary)
    expect(
      (await list('PAY', { fields: 'id,bonus', filter: JSON.stringify({ bonus: { $gt: 0 } }) })).json.data,
    ).toEqual([])
  })

  it('A10 is not searched: no beginning, word or typo of it finds anything', async () => {
    for (const { secret } of Object.values(docs))
      for (const search of [
        'canary-secre',
        secret.slice(0, 14),
        secret,
        `"${secret}"`,
        'secrat',
        'canary -title secret',
      ])
        expect((await list('CAROL', { search, highlight: 'true', count: 'exact' })).json).toEqual({
          data: [],
          meta: { nextCursor: null, total: 0 },
        })
    expect((await list('ADMIN', { search: 'secrat' })).json.data).toHaveLength(Object.keys(docs).length)
  })

  it('A12 selects no rows to write', async () => {
    const condition = JSON.stringify({ secret: docs['own']!.secret })
    for (const [method, status, body] of [
      ['PATCH', 400, { title: 'x' }],
      ['DELETE', 400, undefined],
      ['PUT', 400, { id: idOf(1), title: 'x' }],
    ] as const) {
      const answer = await fixture.ask('ALICE', method, docsPath, {
        query: { filter: condition },
        ...(body && { body }),
      })
      expect(answer.status).toBe(status)
      const one = `${docsPath}/${docs['own']!.id}`
      const filtered = await fixture.ask('ALICE', method, one, { query: { filter: condition }, ...(body && { body }) })
      expect(filtered.json.code).toBe('invalid_query')
    }
    const body = { id: docs['own']!.id, title: 'x' }
    expect((await fixture.ask('ALICE', 'POST', docsPath, { query: { onConflict: 'secret' }, body })).status).toBe(400)
    const bySecret = await fixture.ask('ALICE', 'PUT', docsPath, { query: { by: 'secret' }, body })
    const byNothing = await fixture.ask('ALICE', 'PUT', docsPath, { query: { by: 'nothing' }, body })
    expect(bySecret.text.replaceAll('secret', 'nothing')).toBe(byNothing.text)
    expect(bySecret.json.code).toBe('invalid_query')
  })
})

describe('the answer to a write', () => {
  it('A13 shows the record as its reader may see it, or null', async () => {
    const made = await fixture.ask('ALICE', 'POST', docsPath, { body: { title: 'new', org: fixture.orgs.a } })
    expect(made.json.data).not.toHaveProperty('secret')
    const own = `${docsPath}/${made.json.data.id}`
    for (const query of [{ fields: 'secret' }, { fields: 'title,secret' }, { expand: 'entries' }] as Query[]) {
      const refused = await fixture.ask('ALICE', 'PATCH', own, { query, body: { title: 'changed' } })
      expect(refused.json.code).toBe('unknown_field')
    }
    expect((await fixture.ask('ALICE', 'GET', own)).json.data.title).toBe('new')
    const edited = await fixture.ask('CAROL', 'PATCH', `${docsPath}/${docs['third']!.id}`, {
      query: { expand: 'owner,org,members,children' },
      body: { title: 'edited' },
    })
    expect(edited.status).toBe(200)
    canaries.check('CAROL', edited, 'patch')
    const blind = { text: 'x', doc: docs['own']!.id }
    for (const query of [{}, { fields: 'text' }, { expand: 'doc' }] as Query[]) {
      const answer = await fixture.ask('ALICE', 'POST', recordsOf('reports'), { query, body: blind })
      expect([answer.status, answer.json.data, answer.headers.get('etag')]).toEqual([201, null, null])
    }
    const many = await fixture.ask('ALICE', 'POST', recordsOf('reports'), { body: [blind, blind] })
    expect(many.json.data).toEqual([null, null])
  })

  it('A13 is null where the record lies outside what the writer may read', async () => {
    await define(fixture.server, fixture.personas.ADMIN!, [
      {
        name: 'letters',
        fields: [{ name: 'text', type: 'text' }],
        rules: [
          { role: 'user', action: ['create', 'update'] },
          { role: 'user', action: 'read', conditions: { text: 'mine' } },
        ],
      },
    ])
    const letters = recordsOf('letters')
    const id = '01890000-0000-7000-8000-00000000c001'
    const write = (method: string, path: string, body: unknown) => fixture.ask('ALICE', method, path, { body })
    for (const [method, path, body, wanted] of [
      ['POST', letters, { id, text: 'other' }, null],
      ['PATCH', `${letters}/${id}`, { text: 'else' }, null],
      ['PUT', `${letters}/${id}`, { text: 'other' }, null],
      ['PATCH', `${letters}/${id}`, { text: 'mine' }, 'mine'],
      ['PATCH', `${letters}/${id}`, { text: 'other' }, null],
    ] as const) {
      const { json, headers } = await write(method, path, body)
      expect([json.data?.text ?? json.data, headers.get('etag') === null]).toEqual([wanted, wanted === null])
    }
    const many = await write('POST', letters, [{ text: 'other' }, { text: 'mine' }])
    expect(many.json.data.map((record: { text: string } | null) => record?.text)).toEqual([undefined, 'mine'])
  })

  it('A13 tells a version conflict with the record as its reader may see it', async () => {
    const answer = await fixture.ask('CAROL', 'PATCH', `${docsPath}/${docs['foreign']!.id}`, {
      body: { title: 'x' },
      headers: { 'if-match': '"v99"' },
    })
    expect([answer.status, answer.json.code]).toEqual([412, 'version_conflict'])
    canaries.check('CAROL', answer, 'conflict')
    expect(answer.json.current).not.toHaveProperty('salary')
  })

  it('A14 about oneself holds what one may read of oneself', async () => {
    const password = 'correct horse battery staple'
    const email = 'alice@example.com'
    const known = ['id', 'createdAt', 'updatedAt', 'createdBy', 'version', 'email', 'org', 'nickname'].sort()
    const login = await fixture.ask('ANON', 'POST', '/api/v1/auth/login', { body: { email, password } })
    const { accessToken: token, refreshToken } = login.json.data
    const refreshed = await fixture.ask('ANON', 'POST', '/api/v1/auth/refresh', { body: { refreshToken } })
    const me = await fixture.server.request('GET', '/api/v1/auth/me', { token })
    for (const user of [login.json.data.user, refreshed.json.data.user, me.json.data])
      expect(Object.keys(user).sort()).toEqual(known)
    const sessions = await fixture.server.request('GET', '/api/v1/auth/sessions', { token })
    for (const answer of [login, refreshed, me, sessions]) {
      canaries.check('ALICE', answer, 'self')
      expect(answer.text).not.toMatch(/argon2|hash|secret|private/i)
    }
  })
})

describe('errors', () => {
  it('A16 of a taken value name the field that was given, and nothing of who has it', async () => {
    const answer = await fixture.ask('ALICE', 'POST', docsPath, {
      body: { title: 'x', org: fixture.orgs.a, code: docs['foreign']!.code },
    })
    expect(answer.json).toMatchObject({ status: 409, code: 'unique_violation', errors: [{ path: 'code' }] })
    expect(answer.text).not.toContain(docs['foreign']!.code)
    canaries.check('ALICE', answer, 'taken')
    refuseFaults(answer, 'taken')
  })

  it('A17 quote no value, no SQL and no name that is closed', async () => {
    const own = `${docsPath}/${docs['own']!.id}`
    const attempts: [string, string, RequestOptions][] = [
      ['PATCH', own, { body: { secret: { a: 1 } } }],
      ['PATCH', own, { body: { amount: 'canary-secret-5-' } }],
      ['PATCH', own, { body: { meta: { a: '\u0000' } } }],
      ['PATCH', own, { body: { parent: 'canary' } }],
      ['PATCH', own, { body: { title: 'x'.repeat(201) } }],
      ['PATCH', own, { body: { status: "'; drop table docs" } }],
      ['POST', docsPath, { body: {} }],
      ['POST', docsPath, { body: [{ title: 'x' }, { secret: 1 }] }],
      ['GET', `${docsPath}?filter[title][$like]=%5C`, {}],
      ['GET', `${docsPath}?filter[due]=2024-02-30`, {}],
      ['GET', `${docsPath}?filter=%7B`, {}],
    ]
    for (const who of strangers)
      for (const [method, path, options] of attempts) {
        const answer = await fixture.ask(who, method, path, options)
        expect(answer.status, answer.text).toBeGreaterThanOrEqual(400)
        canaries.check(who, answer, `${method} ${path}`)
      }
  })
})

describe('what describes the API', () => {
  it('A18 names to each reader what is open to that reader', async () => {
    const closed = ['audit', 'canary', 'secret', 'vault', 'phone', 'entries']
    for (const who of strangers) {
      const { json, status } = await fixture.ask(who, 'GET', '/api/v1/openapi.json')
      expect(status).toBe(200)
      // Routes of accounts have words of their own: a phone, a secret. They are the same for everybody.
      const paths = Object.entries(json.paths).filter(([path]) => path.includes('/collections/'))
      const schemas = Object.entries(json.components.schemas).filter(([name]) => name.includes('.'))
      expect(paths.length * schemas.length).toBeGreaterThan(0)
      const text = JSON.stringify([paths, schemas])
      for (const name of closed)
        expect(text.includes(`${name}"`) || text.includes(`"${name}`), `${who} ${name}`).toBe(false)
    }
    expect((await fixture.ask('ADMIN', 'GET', '/api/v1/openapi.json')).text).toContain('"audit"')
  })

  it('A18 lets nobody but admins see definitions and rules', async () => {
    for (const who of strangers)
      for (const path of ['collections', 'collections/docs', 'roles', 'users', 'schema/plan']) {
        const answer = await fixture.ask(who, 'GET', `/api/v1/admin/${path}`)
        expect([401, 403, 404, 405]).toContain(answer.status)
        canaries.check(who, answer, path)
      }
  })
})

describe('rules that open different fields in different rows', () => {
  beforeAll(() =>
    define(fixture.server, fixture.personas.ADMIN!, [
      {
        name: 'plots',
        fields: [
          { name: 'state', type: 'text' },
          { name: 'a', type: 'text' },
          { name: 'b', type: 'text' },
        ],
        rules: [
          { role: 'user', action: ['read', 'update'], fields: ['state', 'a'], conditions: { state: 'X' } },
          { role: 'user', action: ['read', 'update'], fields: ['state', 'b'], conditions: { state: 'Y' } },
        ],
      },
    ]),
  )

  it('A20 are never joined: neither in a list, nor in a write', async () => {
    const plots = recordsOf('plots')
    const rows = [
      { state: 'X', a: 'ax', b: 'bx' },
      { state: 'Y', a: 'ay', b: 'by' },
    ]
    const made = await fixture.ask('ADMIN', 'POST', plots, { body: rows })
    const [x, y] = made.json.data.map(({ id }: { id: string }) => `${plots}/${id}`)
    const { json } = await fixture.ask('ALICE', 'GET', plots, { query: { fields: 'state,a,b', sort: 'state' } })
    expect(json.data).toEqual([
      { state: 'X', a: 'ax' },
      { state: 'Y', b: 'by' },
    ])
    const patch = async (path: string, body: object) => (await fixture.ask('ALICE', 'PATCH', path, { body })).status
    expect(await patch(x, { b: 'no' })).toBe(404)
    expect(await patch(y, { a: 'no' })).toBe(404)
    expect(await patch(x, { a: 'no', b: 'no' })).toBe(404)
    expect(await patch(x, { a: 'yes' })).toBe(200)
    // Out of the one rule and into the other: the field written is open before, not after.
    expect(await patch(x, { a: 'no', state: 'Y' })).toBe(403)
    const after = await fixture.ask('ADMIN', 'GET', plots, { query: { fields: 'state,a,b', sort: 'state' } })
    expect(after.json.data).toEqual([{ ...rows[0], a: 'yes' }, rows[1]])
  })
})

describe('what stands for a related record', () => {
  it('A21 is its id where the record is closed, and shows open fields only', async () => {
    const query = { expand: 'owner,members', filter: JSON.stringify({ id: docs['foreignPublished']!.id }) }
    const [record] = (await list('ALICE', query)).json.data
    expect(record.owner).toBe(fixture.people.bob.id)
    expect(record.expand).toEqual({ owner: null, members: [] })
    const colleague = await list('ALICE', { expand: 'owner', filter: JSON.stringify({ id: docs['colleague']!.id }) })
    expect(colleague.json.data[0].expand.owner).toEqual({
      id: fixture.people.dora.id,
      nickname: 'canary-nickname-dora-',
    })
  })
})

describe('a change of what is closed', () => {
  it('A22 shows in no tag, no time and no length sent to who may not read the version', async () => {
    const path = `${docsPath}/${docs['orphanPublished']!.id}`
    const before = await fixture.ask('ANON', 'GET', path)
    expect(before.headers.get('etag')).toBeNull()
    await fixture.ask('ADMIN', 'PATCH', path, { body: { secret: 'canary-secret-changed-and-longer' } })
    const after = await fixture.ask('ANON', 'GET', path, { headers: { 'if-none-match': '"v1"' } })
    expect(bytesOf(after)).toBe(bytesOf(before))
  })

  it('A22 is hidden from no one who may read version and updatedAt: those count every change', async () => {
    const path = `${docsPath}/${docs['colleague']!.id}`
    const before = await fixture.ask('ALICE', 'GET', path)
    await fixture.ask('ADMIN', 'PATCH', path, { body: { secret: 'canary-secret-changed' } })
    const after = await fixture.ask('ALICE', 'GET', path)
    expect(after.json.data.version).toBe(before.json.data.version + 1)
    expect(after.text).not.toContain('canary-secret')
  })
})
