import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { outbound } from '../../api/auth/hooks.js'
import { me, newEmail, type Person, signUp } from '../../api/auth/people.js'
import { dropTraces, findEverywhere, linesOf, personalCollections, recordsOf } from '../../api/auth/personal.js'
import type { TestServer } from '../../support/index.js'
import { type Persona, startServerWith } from '../../support/personas.js'
import { type Receiver, startReceiver } from '../outbound/receiver.js'

let server: TestServer
let admin: Persona
let receiver: Receiver
/** When the receiver answers, with what it was sent. */
let answer: Promise<void> = Promise.resolve()
beforeAll(async () => {
  receiver = await startReceiver((response, { body }) => void answer.then(() => response.end(body)))
  const started = await startServerWith(
    [...personalCollections, { name: 'teams', members: true, fields: [] }],
    outbound,
  )
  server = started.server
  admin = started.admin
})
afterAll(async () => {
  await server.stop()
  receiver.close()
})

const request = (method: string, path: string, token: string, body?: unknown, headers: Record<string, string> = {}) =>
  server.request(method, path, { token, headers, ...(body !== undefined && { body }) })

const deleteMe = (token: string) => request('DELETE', '/api/v1/auth/me', token)

async function create(collection: string, person: Pick<Person, 'accessToken'>, body: object): Promise<string> {
  const headers = { 'idempotency-key': crypto.randomUUID() }
  const { status, text, json } = await request('POST', recordsOf(collection), person.accessToken, body, headers)
  expect(status, text).toBe(201)
  return json.data.id
}

async function follow(collection: string): Promise<void> {
  const hook = { url: `http://127.0.0.1:${receiver.port}/`, collection, events: ['create', 'update', 'delete'] }
  expect((await request('POST', '/api/v1/admin/webhooks', admin.token, hook)).status).toBe(201)
}

/** Keeps deliveries from being stored, until it is called what this gives. */
async function holdDeliveries(): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: server.databaseUrl })
  await client.connect()
  await client.query('begin')
  await client.query('select from holdfast.webhooks for update')
  return () => client.end()
}

async function countRows(text: string, values: string[] = []): Promise<number> {
  return (await server.database.run({ text: `select count(*)::int ${text}`, values })).rows[0]![0] as number
}

const patience = { timeout: 30_000, interval: 10 }

describe('of an erased person', () => {
  it('nothing is left in any table', async () => {
    const mark = `Zaubermarke${Date.now()}`
    const phone = '+49151000000042'
    await Promise.all([follow('notes'), follow('comments')])
    const person = await signUp(server, `${mark}@example.com`)
    const { accessToken: token, id } = person
    await server.database.run({
      text: 'insert into holdfast.accounts (user_id, phone) values ($1, $2) on conflict (user_id) do update set phone = $2',
      values: [id, phone],
    })
    // Mails to the address, codes, invites to it: whatever is known by the address and not by the user.
    const ask = (path: string, body: object, as?: string) =>
      server.request('POST', `/api/v1/${path}`, { body, ...(as !== undefined && { token: as }) })
    for (const path of ['otp', 'magic-link', 'password/forgot', 'verify/request'])
      expect((await ask(`auth/${path}`, { email: person.email })).status, path).toBe(204)
    const next = `${mark}.next@example.com`
    expect((await ask('auth/email/change', { email: next }, token)).status).toBe(204)
    const team = await create('teams', { accessToken: admin.token }, {})
    const invite = await ask(`teams/${team}/invites`, { email: person.email, roles: ['member'] }, admin.token)
    expect(invite.status, invite.text).toBe(201)
    const note = await create('notes', person, { owner: id, text: `${mark} 1` })
    await request('PATCH', `${recordsOf('notes')}/${note}`, token, { text: `${mark} 2` })
    await create('attachments', person, { note, label: mark })
    const trashed = await create('notes', person, { owner: id, text: `${mark} 3` })
    await create('attachments', person, { note: trashed, label: `${mark} 4` })
    expect((await request('DELETE', `${recordsOf('notes')}/${trashed}`, token)).status).toBe(204)
    const comment = await create('comments', person, { author: id, name: mark, body: mark })
    await request('PATCH', `${recordsOf('comments')}/${comment}`, token, { body: `${mark} again` })
    await create('drafts', person, { text: mark })
    await vi.waitFor(() => expect(receiver.received.length).toBeGreaterThanOrEqual(3), patience)

    expect((await findEverywhere(server, [mark])).length).toBeGreaterThan(10)
    const before = receiver.received.length
    expect((await deleteMe(token)).status).toBe(204)

    // At once neither in records nor in history, trash, deliveries or answers; what was done now is still to be told.
    const rest = await findEverywhere(server, [mark, phone])
    const isOfNow = (row: string) =>
      /^holdfast\.changes_(head|kept|\d+): /.test(row) ||
      (/^holdfast\.webhook_deliveries: /.test(row) &&
        ((row.includes('notes.deleted') && row.includes(note)) ||
          (row.includes('comments.updated') && row.includes('""version"":3'))))
    expect(rest.filter((row) => !isOfNow(row))).toEqual([])
    for (const path of ['notes', 'attachments'])
      expect((await request('GET', `/api/v1/collections/${path}/trash`, admin.token)).text).not.toContain(mark)
    const versions = await request('GET', `${recordsOf('comments')}/${comment}/versions`, admin.token)
    expect(versions.status, versions.text).toBe(200)

    const told = () => receiver.received.slice(before).map(({ body }) => body)
    for (const [event, id] of [
      ['notes.deleted', note],
      ['comments.updated', comment],
    ] as const)
      await vi.waitFor(
        () => expect(told().some((body) => body.includes(event) && body.includes(id))).toBe(true),
        patience,
      )
    await dropTraces(server)
    expect(await findEverywhere(server, [mark, phone])).toEqual([])
  }, 90_000)

  it('nothing is left of what a receiver answers to what was sent before', async () => {
    const mark = `Echomarke${Date.now()}`
    const person = await signUp(server)
    await follow('notes')
    const { promise, resolve } = Promise.withResolvers<void>()
    answer = promise
    const note = await create('notes', person, { owner: person.id, text: mark })
    await vi.waitFor(() => expect(receiver.received.some(({ body }) => body.includes(mark))).toBe(true), patience)
    expect((await deleteMe(person.accessToken)).status).toBe(204)
    resolve()
    const created = `from holdfast.webhook_deliveries where record = $1 and event = 'notes.created'`
    await vi.waitFor(async () => {
      expect(await countRows(`${created} and state = 'delivered'`, [note])).toBeGreaterThan(0)
      expect(await countRows(`${created} and state <> 'delivered'`, [note])).toBe(0)
    }, patience)
    expect(await countRows(`${created} and strpos(attempts::text, $2) > 0`, [note, mark])).toBe(0)
  }, 90_000)

  it('nothing is left in deliveries that were about to be stored meanwhile', async () => {
    const mark = `Zwischenmarke${Date.now()}`
    const person = await signUp(server)
    await follow('notes')
    const release = await holdDeliveries()
    try {
      const note = await create('notes', person, { owner: person.id, text: mark })
      expect((await request('DELETE', `${recordsOf('notes')}/${note}`, person.accessToken)).status).toBe(204)
      const waits = `from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query ilike $1`
      await vi.waitFor(
        async () => expect(await countRows(waits, ['%into holdfast.webhook_deliveries%'])).toBe(1),
        patience,
      )
      let isErased = false
      const erasing = deleteMe(person.accessToken).finally(() => {
        isErased = true
      })
      await vi.waitFor(
        async () => expect(isErased || (await countRows(waits, ['%pg_advisory_xact_lock%'])) === 1).toBe(true),
        patience,
      )
      await release()
      expect((await erasing).status).toBe(204)
      const stored = 'from holdfast.webhook_deliveries where record = $1'
      await vi.waitFor(async () => expect(await countRows(stored, [note])).toBeGreaterThan(0), patience)
      expect(await countRows(`${stored} and strpos(payload, $2) > 0`, [note, mark])).toBe(0)
    } finally {
      await release()
    }
  }, 90_000)

  it('nothing is in the trash or the history to be brought back', async () => {
    const person = await signUp(server)
    const id = await create('notes', person, { owner: person.id, text: 'mine' })
    await deleteMe(person.accessToken)
    const restored = await request('POST', `/api/v1/collections/notes/trash/${id}/restore`, admin.token)
    expect(restored.status).toBe(404)
  })
})

describe('an erasure', () => {
  it('touches nothing of others, also under an id that somebody else gave a record', async () => {
    const [attacker, victim] = [await signUp(server), await signUp(server)]
    const id = await create('comments', victim, { author: victim.id, name: 'Victim', body: 'stays' })
    await request('PATCH', `${recordsOf('comments')}/${id}`, victim.accessToken, { body: 'stays too' })
    await create('notes', attacker, { id, owner: attacker.id, text: 'same id' })
    expect((await deleteMe(attacker.accessToken)).status).toBe(204)
    await dropTraces(server)
    const versions = await request('GET', `${recordsOf('comments')}/${id}/versions`, admin.token)
    expect(versions.text).toContain('"stays"')
    expect(versions.text).toContain('stays too')
  })

  it('happens once, however often it is asked for at once', async () => {
    const person = await signUp(server)
    await create('notes', person, { owner: person.id, text: 'mine' })
    const answers = await Promise.all(Array.from({ length: 50 }, () => deleteMe(person.accessToken)))
    // 503: so many wait for each other that some are told to come again.
    for (const { status, text } of answers) expect([204, 401, 403, 409, 503], text).toContain(status)
    expect(answers.map(({ status }) => status)).toContain(204)
    const count = 'select count(*)::int from holdfast.changes where record = $1 and action = $2'
    const { rows } = await server.database.run({ text: count, values: [person.id, 'delete'] })
    expect(rows).toEqual([[1]])
  })

  it('is undone as a whole where a record must not lose its user', async () => {
    const fields = [{ name: 'signer', type: 'relation', collection: 'users', required: true, onDelete: 'restrict' }]
    const body = { name: 'contracts', fields }
    expect((await request('POST', '/api/v1/admin/collections', admin.token, body)).status).toBe(201)
    const person = await signUp(server, newEmail())
    const note = await create('notes', person, { owner: person.id, text: 'mine' })
    await request('POST', recordsOf('contracts'), admin.token, { signer: person.id })
    const { json } = await deleteMe(person.accessToken)
    expect(json).toMatchObject({ status: 409, code: 'reference_violation' })
    expect((await me(server, person.accessToken)).status).toBe(200)
    expect((await request('GET', `${recordsOf('notes')}/${note}`, person.accessToken)).status).toBe(200)
  })
})

describe('an export', () => {
  it('has no secret of the account', async () => {
    const person = await signUp(server)
    const { text } = await request('GET', '/api/v1/auth/me/export', person.accessToken)
    const { rows } = await server.database.run({
      text: `select password_hash from holdfast.credentials where user_id = $1`,
      values: [person.id],
    })
    expect(text).not.toContain(rows[0]![0])
    expect(text).not.toContain(person.refreshToken)
    for (const line of linesOf(text))
      for (const name of Object.keys(line.data ?? {})) expect(name).not.toMatch(/hash|secret|seed|key$|tokens/i)
  })

  it('goes by the rules of whoever asks', async () => {
    const person = await signUp(server)
    await request('POST', recordsOf('invoices'), admin.token, { buyer: person.id, amount: 1, risk: 'Geheimnis' })
    expect((await request('GET', '/api/v1/auth/me/export', person.accessToken)).text).not.toContain('Geheimnis')
  })
})
