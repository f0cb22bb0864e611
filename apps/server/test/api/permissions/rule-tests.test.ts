import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CollectionDefinition, RuleDefinition, RuleTest, RuleTestReport } from '@holdfast/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../../../../../packages/cli/src/run.js'
import type { TestServer } from '../../support/index.js'
import { type Persona, startServerWith } from '../../support/personas.js'

const ada = '01890000-0000-7000-8000-00000000000a'
const bob = '01890000-0000-7000-8000-00000000000b'

const rules: RuleDefinition[] = [
  { role: 'public', action: 'read', conditions: { status: 'published' }, fields: ['title', 'status', 'at'] },
  { role: 'user', action: ['read', 'update'], conditions: { author: '$user.id' } },
  { role: 'user', action: 'create', fields: ['title', 'status'], preset: { author: '$user.id' } },
  { role: 'user', action: 'update', fields: ['price'], deny: true },
  { role: 'editor', action: 'delete', conditions: { 'author.team': '$user.team' } },
  { role: 'user', action: 'read', conditions: { comments: { $some: { text: 'hello' } } }, fields: ['price'] },
]

const definitions: Omit<CollectionDefinition, 'id'>[] = [
  {
    name: 'users',
    fields: [
      { name: 'email', type: 'email', required: true, unique: true },
      { name: 'team', type: 'text' },
    ],
    rules: [{ role: 'user', action: 'read', conditions: { id: '$user.id' } }],
  },
  {
    name: 'posts',
    fields: [
      { name: 'title', type: 'text', required: true },
      { name: 'status', type: 'select', options: ['draft', 'published'], required: true, default: 'draft' },
      { name: 'author', type: 'relation', collection: 'users' },
      { name: 'price', type: 'decimal' },
      { name: 'at', type: 'datetime' },
    ],
    rules,
  },
  {
    name: 'comments',
    fields: [
      { name: 'text', type: 'text' },
      { name: 'post', type: 'relation', collection: 'posts', inverse: 'comments' },
    ],
  },
]

let server: TestServer
let admin: Persona

beforeAll(async () => {
  ;({ server, admin } = await startServerWith(definitions))
})
afterAll(() => server?.stop())

const send = (method: string, path: string, body: unknown) =>
  server.request(method, `/api/v1/admin/${path}`, { token: admin.token, body })

/** The rules with these tests on the first, tried without a change. */
async function tryTests(...tests: RuleTest[]): Promise<RuleTestReport> {
  const [first, ...rest] = rules
  const collection = { ...definitions[1], rules: [{ ...first, tests }, ...rest] }
  const { status, json, text } = await send('POST', 'rules/test', { collections: [collection] })
  expect(status, text).toBe(200)
  return json.data
}

async function outcome(test: RuleTest): Promise<[string, string]> {
  const { tests } = await tryTests(test)
  return [tests[0]!.got, tests[0]!.reason]
}

describe('a test of a rule', () => {
  it('reads as the rules let its reader', async () => {
    const published = { title: 'x', status: 'published' }
    expect((await tryTests({ as: 'public', record: published, expect: 'allowed' })).passed).toBe(1)
    expect(await outcome({ as: 'public', record: { title: 'x' }, expect: 'allowed' })).toEqual([
      'denied',
      'rule 0 (public, read) would allow it, but status must be "published" and is "draft"',
    ])
    expect((await outcome({ as: { id: ada }, record: { author: ada }, expect: 'allowed' }))[0]).toBe('allowed')
    expect((await outcome({ as: { id: ada }, record: { author: { id: ada } }, expect: 'allowed' }))[0]).toBe('allowed')
    const foreign = await outcome({ as: { id: ada }, record: { author: bob, comments: [] }, expect: 'denied' })
    expect(foreign[0]).toBe('denied')
  })

  it('sees which fields show', async () => {
    const record = { title: 'x', status: 'published', price: '1.50', comments: [] }
    const hidden = await tryTests({ as: 'public', record, expect: 'allowed', fields: ['price', 'author'] })
    expect(hidden).toMatchObject({ passed: 1, failed: 0 })
    const shown = await tryTests({
      as: { id: ada },
      record: { ...record, author: ada },
      expect: 'allowed',
      fields: ['price'],
    })
    expect(shown.tests[0]).toMatchObject({ passed: false, reason: 'price shows, and is expected to be absent' })
  })

  it('takes related records as they stand in it, and says when it needs more of them', async () => {
    const action = 'delete'
    const as = { id: ada, roles: ['editor'], team: 'red' }
    const mate = { id: bob, team: 'red' }
    expect((await outcome({ action, as, record: { author: mate }, expect: 'allowed' }))[0]).toBe('allowed')
    const other = await outcome({ action, as, record: { author: { ...mate, team: 'blue' } }, expect: 'allowed' })
    expect(other[0]).toBe('denied')
    expect(other[1]).toContain('author.team must be "red" and is "blue"')
    const unknown = await outcome({ action, as, record: { author: bob }, expect: 'allowed' })
    expect(unknown[0]).toBe('undecided')
    expect(unknown[1]).toContain('needs records or values the test was not given')
    const teamless = { id: ada, roles: ['editor'] }
    expect((await outcome({ action, as: teamless, record: { author: { id: bob } }, expect: 'denied' }))[0]).toBe(
      'denied',
    )
    const comments = [{ text: 'hello' }]
    expect((await outcome({ as: 'user', record: { title: 'x', comments }, expect: 'allowed' }))[0]).toBe('allowed')
  })

  it('writes what the rules let its writer, with what they preset', async () => {
    const action = 'create'
    const as = { id: ada }
    expect((await outcome({ action, as, record: { title: 'x' }, expect: 'allowed' }))[0]).toBe('allowed')
    expect((await outcome({ action, as, record: { title: 'x', author: ada }, expect: 'allowed' }))[0]).toBe('allowed')
    expect((await outcome({ action, as, record: { title: 'x', author: bob }, expect: 'denied' }))[0]).toBe('denied')
    const priced = await outcome({ action, as, record: { title: 'x', price: '1' }, expect: 'denied' })
    expect(priced).toEqual(['denied', 'price may not be written: no rule for these roles allows it'])
    expect((await outcome({ action, as: 'public', record: { title: 'x' }, expect: 'denied' }))[0]).toBe('denied')
  })

  it('updates only the fields it names', async () => {
    const action = 'update'
    const as = { id: ada }
    const record = { title: 'x', author: ada, price: '2' }
    expect((await outcome({ action, as, record, fields: ['title'], expect: 'allowed' }))[0]).toBe('allowed')
    const priced = await outcome({ action, as, record, fields: ['title', 'price'], expect: 'denied' })
    expect(priced).toEqual(['denied', 'price may not be written: rule 3 (user, update) denies it'])
    expect((await outcome({ action, as: { id: bob }, record, fields: ['title'], expect: 'denied' }))[0]).toBe('denied')
    expect((await outcome({ action, as: 'admin', record, expect: 'allowed' }))[0]).toBe('allowed')
  })
})

describe('a change of the schema', () => {
  const withTests = (tests: unknown[], conditions: object = { status: 'published' }) => [
    { ...rules[0], conditions, tests },
    ...rules.slice(1),
  ]
  const tests = [
    { description: 'drafts stay private', as: 'public', record: { title: 'x', status: 'draft' }, expect: 'denied' },
    { as: 'public', record: { title: 'x', status: 'published' }, expect: 'allowed' },
  ]

  it('is made when all tests pass, and refused whole when one fails', async () => {
    expect((await send('PATCH', 'collections/posts', { rules: withTests(tests) })).status).toBe(200)
    const before = (await server.request('GET', '/api/v1/admin/collections', { token: admin.token })).text
    const change = { rules: withTests(tests, { title: 'x' }), description: 'changed' }
    const refused = await send('PATCH', 'collections/posts', change)
    expect([refused.status, refused.json.code]).toEqual([409, 'rule_test_failed'])
    expect(refused.json.errors).toEqual([
      {
        path: 'posts.rules.0.tests.0',
        code: 'rule_test_failed',
        message: 'drafts stay private: expected denied, got allowed: rule 0 (public, read) allows it',
      },
    ])
    expect(refused.json.failures).toEqual([
      {
        ...{ collection: 'posts', rule: 0, test: 0, description: 'drafts stay private', action: 'read', passed: false },
        ...{ expected: 'denied', got: 'allowed', reason: 'rule 0 (public, read) allows it' },
      },
    ])
    expect((await server.request('GET', '/api/v1/admin/collections', { token: admin.token })).text).toBe(before)
  })

  it('is refused by apply and POST as well, also when another collection is what changes', async () => {
    const [users, posts] = definitions
    const collections = [{ ...posts, rules: withTests(tests, { title: 'x' }) }]
    const plan = await send('POST', 'schema/plan', { collections })
    const applied = await send('POST', 'schema/apply', { collections, hash: plan.json.data.hash })
    expect([applied.status, applied.json.code]).toEqual([409, 'rule_test_failed'])
    const fresh = { name: 'fresh', fields: [{ name: 'a', type: 'text' }] }
    const failing = [{ role: 'public', action: 'read', tests: [{ as: 'public', record: {}, expect: 'denied' }] }]
    expect((await send('POST', 'collections', { ...fresh, rules: failing })).status).toBe(409)
    expect((await server.request('GET', '/api/v1/admin/collections/fresh', { token: admin.token })).status).toBe(404)
    expect(users!.name).toBe('users')
  })

  it('is refused for tests that mean nothing, each with its path', async () => {
    const wrong = [
      { as: 'public', record: { nosuch: 1 }, expect: 'denied' },
      { as: 'public', record: { price: 'x' }, expect: 'denied' },
      { as: 'public', record: {}, expect: 'maybe' },
      { as: { nosuch: 1 }, record: {}, expect: 'denied' },
      { as: 'public', record: {}, expect: 'denied', fields: ['nosuch'] },
      { as: 'public', expect: 'denied' },
      { as: 'public', record: { author: { nosuch: 1 } }, expect: 'denied' },
      { as: 'public', record: {}, expect: 'denied', action: 'drop' },
      'no test',
    ]
    const { status, json } = await send('PATCH', 'collections/posts', { rules: withTests(wrong) })
    expect([status, json.code]).toEqual([422, 'invalid_definition'])
    expect(json.errors.map(({ path }: { path: string }) => path)).toEqual([
      'rules.0.tests.0.record.nosuch',
      'rules.0.tests.1.record.price',
      'rules.0.tests.2.expect',
      'rules.0.tests.3.as.nosuch',
      'rules.0.tests.4.fields.0',
      'rules.0.tests.5.record',
      'rules.0.tests.6.record.author.nosuch',
      'rules.0.tests.7.action',
      'rules.0.tests.8',
    ])
  })

  it('is tried with the tests that are stored', async () => {
    const { json } = await send('POST', 'rules/test', {})
    expect(json.data).toMatchObject({ passed: 2, failed: 0 })
    expect((await send('POST', 'rules/test', { collection: 'comments' })).json.data.tests).toEqual([])
    expect((await send('POST', 'rules/test', { collection: 'nosuch' })).status).toBe(404)
    expect((await send('POST', 'rules/test', { collections: [{ name: 1 }] })).status).toBe(422)
  })
})

describe('holdfast rules test', () => {
  const command = (...args: string[]) =>
    run(['rules', 'test', '--url', server.url, '--token', admin.token, ...args], {})

  it('reports the tests that are stored', async () => {
    expect(await command()).toEqual({
      exitCode: 0,
      stdout: 'posts\n  ✓ rules.0.tests.0: drafts stay private\n  ✓ rules.0.tests.1: read is allowed\n\n2 passed\n',
      stderr: '',
    })
    expect(await command('--collection', 'comments')).toMatchObject({ exitCode: 0, stdout: 'No rule has tests.\n' })
  })

  it('reports what would fail of definitions in a file, and ends with 1', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-rules-'))
    const file = join(folder, 'posts.json')
    const failing = [{ as: 'public', record: { title: 'x' }, expect: 'allowed', description: 'all is open' }]
    writeFileSync(file, JSON.stringify({ ...definitions[1], rules: [{ ...rules[0], tests: failing }] }))
    const { exitCode, stdout } = await command('--file', file)
    expect(exitCode).toBe(1)
    expect(stdout).toContain('✗ rules.0.tests.0: all is open')
    expect(stdout).toContain('expected allowed, got denied: rule 0 (public, read) would allow it, but status must be')
    expect(stdout).toContain('1 failed, 0 passed')
    writeFileSync(file, '{')
    expect(await command('--file', file)).toMatchObject({ exitCode: 2, stdout: '' })
    rmSync(folder, { recursive: true })
  })

  it('says what is wrong with the command', async () => {
    expect(await run(['rules'], {})).toMatchObject({ exitCode: 2 })
    expect(await command('--out', 'x')).toMatchObject({ exitCode: 2 })
    expect(await command('--collection', 'nosuch')).toMatchObject({ exitCode: 1, stdout: '' })
    expect(await run(['rules', 'test', '--url', server.url, '--token', 'x.y.z'], {})).toMatchObject({ exitCode: 1 })
  })
})
