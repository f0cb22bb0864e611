import { request as httpRequest } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CollectionDefinition } from '@holdfast/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { define, type Persona, signUp } from '../../support/personas.js'
import { docsPath, type Fixture, idOf, type PersonaName, recordsOf, startFixture } from './fixture.js'

/** Nested bodies, upserts and imports are doors to the same house: what a plain write may not do, they may not. */

let fixture: Fixture

/** Everyone changes titles; codes and parents are seen by their owners only. */
const cards: Omit<CollectionDefinition, 'id'> = {
  name: 'cards',
  fields: [
    { name: 'title', type: 'text', required: true },
    { name: 'code', type: 'text', unique: true },
    { name: 'owner', type: 'relation', collection: 'users' },
    { name: 'parent', type: 'relation', collection: 'cards', inverse: 'children' },
  ],
  rules: [
    { role: 'user', action: 'read', fields: ['title'] },
    { role: 'user', action: 'read', conditions: { owner: '$user.id' } },
    { role: 'user', action: 'update', fields: ['title'] },
    { role: 'user', action: 'create', fields: ['title', 'code', 'parent'], preset: { owner: '$user.id' } },
    { role: 'user', action: 'delete' },
  ],
}

/** A reply is allowed under an open thread only. */
const threads: Omit<CollectionDefinition, 'id'>[] = [
  {
    name: 'threads',
    fields: [
      { name: 'title', type: 'text' },
      { name: 'open', type: 'boolean', default: false },
    ],
    rules: [{ role: 'user', action: ['create', 'read', 'update'] }],
  },
  {
    name: 'replies',
    fields: [
      { name: 'text', type: 'text' },
      { name: 'thread', type: 'relation', collection: 'threads', inverse: 'replies' },
    ],
    rules: [
      { role: 'user', action: 'read' },
      { role: 'user', action: 'create', conditions: { 'thread.open': true } },
    ],
  },
]

const cardsPath = recordsOf('cards')

beforeAll(async () => {
  fixture = await startFixture()
  await define(fixture.server, fixture.personas.ADMIN as Persona, [cards, ...threads])
})
afterAll(() => fixture?.stop())

const own = () => fixture.docs['own']!
const foreign = () => fixture.docs['foreign']!
const absent = idOf(0xffff)

const rows = async (table: string): Promise<unknown> =>
  (
    await fixture.server.database.run({
      text: `select count(*), md5(string_agg(t::text, '|' order by id)) from public."${table}" t`,
      values: [],
    })
  ).rows[0]

/** The same refusal, whatever the id in it is. */
const shapeOf = (text: string, id: string): string => text.replaceAll(id, 'ID')

async function importLines(who: PersonaName, lines: readonly unknown[], query: Record<string, string> = {}) {
  const body = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n')
  const headers = { 'content-type': 'application/x-ndjson' }
  const path = docsPath.replace('/records', '/import')
  const { status, text } = await fixture.ask(who, 'POST', path, { body, headers, query })
  expect(status, text).toBe(200)
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Partial<Record<'code' | 'done' | 'line', unknown>>)
}

describe('children in a body', () => {
  it('A33 change, take over and delete no record that is not the parent’s and the caller’s', async () => {
    const before = await rows('docs')
    const path = `${docsPath}/${own().id}`
    for (const make of [
      (id: string) => ({ children: [{ id, title: 'hijacked' }] }),
      (id: string) => ({ children: { update: [{ id, title: 'hijacked' }] } }),
      (id: string) => ({ children: { delete: [id] } }),
      (id: string) => ({ children: [{ id, children: [{ title: 'below' }] }] }),
      (id: string) => ({
        title: 'changed',
        children: [
          { title: 'new', org: fixture.orgs.a },
          { id, title: 'x' },
        ],
      }),
    ]) {
      const wanted = await fixture.ask('ALICE', 'PATCH', path, { body: make(absent) })
      expect(wanted.json.code).toBe('record_not_found')
      for (const id of [foreign().id, fixture.docs['ownPublished']!.id, fixture.docs['colleague']!.id]) {
        const answer = await fixture.ask('ALICE', 'PATCH', path, { body: make(id) })
        expect(shapeOf(answer.text, id)).toBe(shapeOf(wanted.text, absent))
      }
    }
    expect(await rows('docs')).toEqual(before)
  })

  it('A33 come to no parent that the caller may not change', async () => {
    const before = await rows('docs')
    const body = { children: [{ title: 'x', org: fixture.orgs.a }] }
    for (const id of [foreign().id, fixture.docs['colleague']!.id, absent]) {
      const answer = await fixture.ask('ALICE', 'PATCH', `${docsPath}/${id}`, { body })
      expect(answer.json.code).toBe('record_not_found')
    }
    const pointed = { title: 'x', org: fixture.orgs.a, parent: foreign().id, children: [] }
    expect((await fixture.ask('ALICE', 'POST', docsPath, { body: pointed })).json.code).toBe('reference_violation')
    expect(await rows('docs')).toEqual(before)
  })

  it('A33 A46 make and change no users, whatever the body holds', async () => {
    const before = [await rows('docs'), await rows('users')]
    const { bob } = fixture.people
    for (const body of [
      { title: 'x', org: fixture.orgs.a, owner: { id: bob.id, nickname: 'owned' } },
      { title: 'x', org: fixture.orgs.a, members: [{ id: bob.id, nickname: 'owned' }] },
      { title: 'x', org: fixture.orgs.a, members: [{ email: 'made@example.com', roles: ['admin'] }] },
      { title: 'x', org: { name: 'mine', plan: 'pro' } },
      { title: 'x', org: fixture.orgs.a, entries: [{ entry: 'x' }] },
      { title: 'x', org: fixture.orgs.a, entries: [] },
      { title: 'x', org: fixture.orgs.a, children: [{ title: 'y', org: fixture.orgs.b }] },
      { title: 'x', org: fixture.orgs.a, children: [{ title: 'y', org: fixture.orgs.a, owner: bob.id }] },
    ]) {
      const answer = await fixture.ask('ALICE', 'POST', docsPath, { body })
      expect([400, 403, 409, 422], answer.text).toContain(answer.status)
    }
    expect([await rows('docs'), await rows('users')]).toEqual(before)
  })

  it('A26 tell no parent that may not be read', async () => {
    const parent = (await fixture.ask('BOB', 'POST', cardsPath, { body: { title: 'p', children: [{ title: 'c' }] } }))
      .json.data
    const { rows: found } = await fixture.server.database.run({
      text: `select id from public.cards where parent = $1`,
      values: [parent.id],
    })
    const child = found[0]![0] as string
    const other = (await fixture.ask('BOB', 'POST', cardsPath, { body: { title: 'other' } })).json.data.id
    for (const make of [
      (id: string) => ({ children: [{ id, title: 'seen' }] }),
      (id: string) => ({ children: { delete: [id] } }),
    ]) {
      const answers = await Promise.all(
        [child, other].map((id) => fixture.ask('ALICE', 'PATCH', `${cardsPath}/${parent.id}`, { body: make(id) })),
      )
      expect(answers.map(({ json }) => json.code)).toEqual(['record_not_found', 'record_not_found'])
      expect(shapeOf(answers[0]!.text, child)).toBe(shapeOf(answers[1]!.text, other))
    }
  })

  it('A58 are judged by what their parent is when they come, not by what it may become', async () => {
    const path = recordsOf('threads')
    const closed = await fixture.ask('ALICE', 'POST', path, { body: { title: 't', replies: [{ text: 'r' }] } })
    expect([closed.status, closed.json.errors?.[0].path]).toEqual([403, 'replies.0'])
    const open = await fixture.ask('ALICE', 'POST', path, {
      body: { title: 't', open: true, replies: [{ text: 'r' }] },
    })
    expect(open.status, open.text).toBe(201)
    const body = { open: false, replies: [{ text: 'late' }] }
    const closing = await fixture.ask('ALICE', 'PATCH', `${path}/${open.json.data.id}`, { body })
    expect(closing.status).toBe(403)
    const still = await fixture.ask('ALICE', 'GET', `${path}/${open.json.data.id}`)
    expect(still.json.data).toMatchObject({ open: true, version: 1 })
  })
})

describe('an upsert', () => {
  it('A12 A16 answers a key of a foreign record as a create does, readable row or not', async () => {
    const body = { title: 'bobs', code: 'bobs-code' }
    const made = (await fixture.ask('BOB', 'POST', cardsPath, { body })).json.data
    const tried = { title: 'guessed', code: 'bobs-code' }
    const created = await fixture.ask('ALICE', 'POST', cardsPath, { body: tried })
    const upserted = await fixture.ask('ALICE', 'PUT', cardsPath, { body: tried, query: { by: 'code' } })
    expect([upserted.status, upserted.text]).toEqual([409, created.text])
    const plain = await fixture.ask('ALICE', 'PATCH', `${cardsPath}/${made.id}`, { body: { title: 'open to all' } })
    expect(plain.status).toBe(200)
    const own = await fixture.ask('BOB', 'PUT', cardsPath, { body: { ...tried, title: 'mine' }, query: { by: 'code' } })
    expect([own.status, own.json.data.title]).toEqual([200, 'mine'])
  })

  it('A32 moves no record out of the rules, and into none', async () => {
    const before = await rows('docs')
    const code = own().code
    for (const body of [
      { code, org: fixture.orgs.b },
      { code, owner: fixture.people.bob.id },
      { code: foreign().code, title: 'x', org: fixture.orgs.a },
      { code: 'free', title: 'x', org: fixture.orgs.b },
    ]) {
      for (const sent of [body, [body]]) {
        const answer = await fixture.ask('ALICE', 'PUT', docsPath, { body: sent, query: { by: 'code' } })
        expect([403, 409], answer.text).toContain(answer.status)
      }
    }
    expect(await rows('docs')).toEqual(before)
  })

  it('A46 A48 sets no field of the server, and changes nothing that never changes, also to nothing', async () => {
    const before = await rows('docs')
    const { code } = own()
    for (const [name, value] of [
      ['createdBy', fixture.people.alice.id],
      ['createdAt', '2020-01-01T00:00:00Z'],
      ['version', 1],
      ['double', 1],
      ['secret', 'x'],
      ['salary', 1],
      ...[null, 0, '', false, [], {}, 'x'].map((value) => ['serial', value]),
    ] as [string, unknown][]) {
      const answer = await fixture.ask('ALICE', 'PUT', docsPath, {
        body: { code, [name]: value },
        query: { by: 'code' },
      })
      expect([400, 403, 422], `${name} ${value} ${answer.text}`).toContain(answer.status)
    }
    expect(await rows('docs')).toEqual(before)
  })
})

describe('an import', () => {
  it('A46 A48 A53 A54 refuses line by line what a create refuses', async () => {
    const before = await rows('docs')
    const base = { title: 'x', org: fixture.orgs.a }
    const bodies: Record<string, unknown>[] = [
      { ...base, owner: fixture.people.bob.id },
      { ...base, createdBy: fixture.people.bob.id },
      { ...base, version: 7 },
      { ...base, salary: 1 },
      { ...base, secret: 'x' },
      { ...base, nope: 'x' },
      { ...base, org: fixture.orgs.b },
      { ...base, parent: foreign().id },
      { ...base, code: foreign().code },
      { ...base, id: foreign().id },
      { ...base, amount: 9.5 },
      { ...base, amount: '1' },
      { ...base, 'meta.x': 1 },
      { ...base, title: { $ne: null } },
      { ...base, children: [{ title: 'y', owner: null }] },
    ]
    const lines = await importLines('ALICE', bodies)
    expect(lines.at(-1)).toEqual({ done: true, created: 0, updated: 0, failed: bodies.length })
    for (const [index, body] of bodies.entries()) {
      const { json } = await fixture.ask('ALICE', 'POST', docsPath, { body })
      const { code, detail, errors } = json
      expect(lines[index]).toEqual({
        line: index + 1,
        status: 'failed',
        code,
        message: detail,
        ...(errors && { errors }),
      })
    }
    expect(await rows('docs')).toEqual(before)
  })

  it('A16 A32 by a key changes no foreign record, and tells no more than a create', async () => {
    const before = await rows('docs')
    const lines = await importLines(
      'ALICE',
      [
        { code: foreign().code, title: 'x', org: fixture.orgs.a },
        { code: fixture.docs['colleague']!.code, title: 'x', org: fixture.orgs.a },
        { code: own().code, org: fixture.orgs.b },
      ],
      { by: 'code' },
    )
    expect(lines.map(({ code }) => code)).toEqual([
      'unique_violation',
      'unique_violation',
      'reference_violation',
      undefined,
    ])
    expect(await rows('docs')).toEqual(before)
  })

  it('A74 stands bombs: lines without end, deep nesting, lines that are all wrong', async () => {
    const before = process.memoryUsage().rss
    const endless = await importLines('ALICE', ['x'.repeat(40 * 1024 * 1024)])
    expect(endless).toMatchObject([{ line: 1, code: 'body_too_large' }, { failed: 1 }])
    const deep = await importLines('ALICE', [
      '['.repeat(500_000),
      `{"title":${'['.repeat(400_000)}`,
      `{"a":${'{"a":'.repeat(100)}1${'}'.repeat(101)}`,
    ])
    expect(deep.at(-1)).toMatchObject({ created: 0, failed: 3 })
    const wrong = await importLines('ALICE', Array(20_000).fill({ nope: 1 }), { by: 'code' })
    expect(wrong.at(-1)).toMatchObject({ created: 0, failed: 20_000 })
    expect((process.memoryUsage().rss - before) / 1024 / 1024).toBeLessThan(500)
  })

  it('A46 A74 of CSV takes no more than one of JSON, and stands a quote without end', async () => {
    const before = await rows('docs')
    const path = docsPath.replace('/records', '/import')
    const headers = { 'content-type': 'text/csv' }
    const send = (body: string) => fixture.ask('ALICE', 'POST', path, { body, headers })
    const { a } = fixture.orgs
    for (const [name, value] of [
      ['owner', fixture.people.bob.id],
      ['createdBy', fixture.people.bob.id],
      ['secret', 'x'],
      ['nope', 'x'],
      ['double', '4'],
      ['meta', '"{""__proto__"":{""x"":1}}"'],
      ['children', '[]'],
    ])
      expect((await send(`title,org,${name}\nx,${a},${value}\n`)).text).toContain('"created":0,"updated":0,"failed":1}')
    const endless = await send(`title\n"${'x\n'.repeat(8 * 1024 * 1024)}`)
    expect(endless.text).toContain('"code":"body_too_large"')
    expect(await rows('docs')).toEqual(before)
  })

  it('A52 takes lines of JSON under their own name only', async () => {
    const path = docsPath.replace('/records', '/import')
    const body = JSON.stringify({ title: 'x', org: fixture.orgs.a })
    for (const type of [
      'text/plain',
      'application/json',
      'application/x-ndjsonx',
      ' application/x-ndjson;\tx',
      'multipart/form-data',
    ])
      expect((await fixture.ask('ALICE', 'POST', path, { body, headers: { 'content-type': type } })).status).toBe(415)
  })

  it('ends for who is signed out while it runs', async () => {
    const eve = await signUp(fixture.server, 'eve@example.com')
    const url = new URL(`${fixture.server.url}${cardsPath.replace('/records', '/import')}`)
    const headers = { 'content-type': 'application/x-ndjson', authorization: `Bearer ${eve.token}` }
    const outgoing = httpRequest(url, { method: 'POST', headers })
    let text = ''
    const ended = new Promise<void>((resolve) => {
      outgoing.on('response', (response) => {
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part
        })
        response.on('end', resolve)
      })
    })
    const batch = `${JSON.stringify({ title: 'eve' })}\n`.repeat(1000)
    outgoing.write(batch)
    while (text.split('\n').length <= 1000) await sleep(20)
    const signedOut = await fixture.server.request('POST', '/api/v1/auth/logout', { token: eve.token })
    expect(signedOut.status).toBe(204)
    outgoing.end(batch)
    await ended
    const lines = text.trimEnd().split('\n')
    expect(lines.length).toBe(1001)
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ line: 1001, status: 'failed', code: 'unauthenticated' })
  })
})
