import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { TestResponse } from '../../support/index.js'
import { type Doc, docsPath, type Fixture, personaNames, startFixture, strangers } from './fixture.js'
import { bytesOf, CanaryOracle, forEachOf } from './oracles.js'
import { closedFields, visibleFields } from './policy.js'
import { type Attempt, always, readingWays, routes, writingWays } from './ways-out.js'

vi.setConfig({ testTimeout: 60_000 })

let fixture: Fixture
let canaries: CanaryOracle

beforeAll(async () => {
  fixture = await startFixture()
  canaries = new CanaryOracle(fixture)
})
afterAll(() => fixture?.stop())

const send = (who: (typeof personaNames)[number], { method, path, options }: Attempt): Promise<TestResponse> =>
  fixture.ask(who, method, path, options)

/** A name of the same length that no field has. */
const twinOf = (name: string): string => `${name.slice(0, -1)}Q`

/** A value some foreign row really has: an equality that worked would tell. */
const foreignValue = (name: string): unknown =>
  (fixture.docs['foreign'] as unknown as Record<string, unknown>)[name] ?? 'canary'

it('knows every way out of documents', async () => {
  const { json } = await fixture.ask('ADMIN', 'GET', '/api/v1/openapi.json')
  const base = '/api/v1/collections/docs'
  const served = Object.entries<object>(json.paths).flatMap(([path, item]) =>
    path.startsWith(`${base}/`)
      ? Object.keys(item).map((method) => `${method.toUpperCase()} ${path.slice(base.length)}`)
      : [],
  )
  expect(served.sort()).toEqual([...routes].sort())
})

describe('a field that is closed to a persona', () => {
  const closed = strangers.flatMap((who) => [...closedFields(who), 'entries'].map((name) => ({ name, who })))

  it.each(closed)('$name is refused to $who byte for byte like one that does not exist', async ({ name, who }) => {
    const twin = twinOf(name)
    const ways = (field: string) => [
      ...readingWays(fixture, field, foreignValue(name)),
      ...writingWays(fixture, field, foreignValue(name)),
    ]
    const twins = ways(twin)
    const pairs = ways(name).map((attempt, at) => [attempt, twins[at]!] as const)
    await forEachOf(pairs, async ([attempt, twinAttempt]) => {
      const [answer, twinAnswer] = await Promise.all([send(who, attempt), send(who, twinAttempt)])
      expect(bytesOf(answer), attempt.what).toBe(bytesOf(twinAnswer).replaceAll(twin, name))
      canaries.check(who, answer, `${attempt.what} of ${name}`)
    })
  })
})

/** Fields that somebody may read in some rows only. */
const masked = ['amount', 'double', 'salary', 'bonus', 'body', 'code', 'owner', 'members']

describe('whatever a persona asks', () => {
  const open = strangers.flatMap((who) =>
    masked.filter((name) => !closedFields(who).includes(name)).map((name) => ({ name, who })),
  )

  it.each(open)('of $name, $who is told no value that is closed', async ({ name, who }) => {
    await forEachOf(readingWays(fixture, name, foreignValue(name)), async (attempt) => {
      canaries.check(who, await send(who, attempt), `${attempt.what} of ${name}`)
    })
  })
})

describe('each document', () => {
  it.each(personaNames)('shows %s the fields the rules open, by every way, and no other', async (who) => {
    for (const [label, doc] of Object.entries(fixture.docs)) {
      const open = visibleFields(fixture, who, doc)
      const got = await fixture.ask(who, 'GET', `${docsPath}/${doc.id}`)
      expect([label, got.status]).toEqual([label, open.size > 0 ? 200 : 404])
      const filter = { id: doc.id }
      const listed = await fixture.ask(who, 'GET', docsPath, {
        query: { filter: JSON.stringify(filter), count: 'exact' },
      })
      const queried = await fixture.ask(who, 'POST', docsPath.replace('/records', '/query'), { body: { filter } })
      expect([label, listed.json.meta.total]).toEqual([label, open.size > 0 ? 1 : 0])
      expect(listed.json.data).toEqual(queried.json.data)
      const was = await fixture.ask(who, 'GET', `${docsPath}/${doc.id}`, { query: { asOf: always } })
      expect([label, was.status, was.json.data]).toEqual([label, got.status, got.json.data])
      const query = { asOf: always, filter: JSON.stringify(filter), count: 'exact' }
      const wereListed = await fixture.ask(who, 'GET', docsPath, { query })
      expect([label, wereListed.json]).toEqual([label, listed.json])
      await expectVersions(who, label, doc, open)
      await expectExports(who, label, filter, listed.json.data)
      for (const record of [...listed.json.data, ...(got.json.data ? [got.json.data] : [])])
        expectRecord(label, record, doc, open)
    }
  })
})

/** A file holds what a list does: of a masked field, a cell is empty. */
async function expectExports(
  who: (typeof personaNames)[number],
  label: string,
  filter: object,
  listed: readonly Record<string, unknown>[],
): Promise<void> {
  const path = docsPath.replace('/records', '/export')
  const ask = (format: string) => fixture.ask(who, 'GET', path, { query: { format, filter: JSON.stringify(filter) } })
  const ndjson = await ask('ndjson')
  expect([
    label,
    ndjson.text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
  ]).toEqual([label, listed])
  expect([label, (await ask('json')).json]).toEqual([label, listed])
  const csv = await ask('csv')
  canaries.check(who, csv, `csv of ${label}`)
  expect([label, csv.text.trimEnd().split('\r\n').length]).toEqual([label, listed.length + 1])
}

/** The last version is the record as it is; none is shown to those who may not read which there are, and when they were made. */
async function expectVersions(
  who: (typeof personaNames)[number],
  label: string,
  doc: Doc,
  open: ReadonlySet<string>,
): Promise<void> {
  const path = `${docsPath}/${doc.id}/versions`
  const isOpen = open.has('version') && open.has('updatedAt')
  const versions = await fixture.ask(who, 'GET', path, { query: { fields: [...open].join(',') } })
  canaries.check(who, versions, `versions of ${label}`)
  expect([label, versions.status]).toEqual([
    label,
    isOpen ? 200 : open.has('id') && open.size > 0 ? 404 : versions.status,
  ])
  if (!isOpen) return
  const [last] = versions.json.data
  expectRecord(label, last.record, doc, open)
  expect('user' in last).toBe(open.has('createdBy'))
  for (const { changes } of versions.json.data)
    for (const name of Object.keys(changes)) expect([label, name, open.has(name)]).toEqual([label, name, true])
  const one = await fixture.ask(who, 'GET', `${path}/${last.version}`)
  expectRecord(label, one.json.data.record, doc, open)
}

function expectRecord(label: string, record: Record<string, unknown>, doc: Doc, open: ReadonlySet<string>): void {
  expect([label, Object.keys(record).sort()]).toEqual([label, [...open].sort()])
  for (const [name, value] of Object.entries(doc))
    if (open.has(name)) expect([label, name, toWire(name, value)]).toEqual([label, name, record[name]])
}

const toWire = (name: string, value: unknown): unknown => (name === 'rate' ? `${value}.000000` : value)
