import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { type Persona, startServerWith } from '../../support/personas.js'
import { me, newEmail, type Person, password, refresh, signUp } from './people.js'
import { linesOf, personalCollections, recordsOf } from './personal.js'

let server: TestServer
let admin: Persona
beforeAll(async () => {
  const started = await startServerWith(personalCollections)
  server = started.server
  admin = started.admin
})
afterAll(() => server.stop())

const run = async (text: string, values: unknown[] = []): Promise<unknown[][]> =>
  (await server.database.run({ text, values })).rows

async function create(collection: string, token: string, body: object): Promise<string> {
  const { status, text, json } = await server.request('POST', recordsOf(collection), { token, body })
  expect(status, text).toBe(201)
  return json.data.id
}

/** Somebody with a record of each kind. */
async function signUpWithRecords() {
  const person = await signUp(server)
  const { id, accessToken: token } = person
  const note = await create('notes', token, { owner: id, text: 'mine' })
  const attachment = await create('attachments', token, { note, label: 'a picture' })
  const comment = await create('comments', token, { author: id, name: 'Ada', body: 'Good', stars: 5 })
  const invoice = await create('invoices', admin.token, { buyer: id, amount: 12, risk: 'high' })
  const draft = await create('drafts', token, { text: 'to be' })
  return { person, note, attachment, comment, invoice, draft }
}

const exportOf = (token: string) => server.request('GET', '/api/v1/auth/me/export', { token })
const deleteMe = (token: string, body: object = {}) => server.request('DELETE', '/api/v1/auth/me', { token, body })
const find = (collection: string, id: string) =>
  server.request('GET', `${recordsOf(collection)}/${id}`, { token: admin.token })

const age = (person: Person) =>
  run(`update holdfast.sessions set proven_at = now() - interval '1 day' where user_id = $1`, [person.id])

describe('the export of my data', () => {
  it('has the user, what the server knows beside it, and the records about them', async () => {
    const { person, note, comment, invoice, draft } = await signUpWithRecords()
    const other = await signUpWithRecords()
    const { status, headers, text } = await exportOf(person.accessToken)
    expect(status).toBe(200)
    expect(headers.get('content-type')).toMatch(/^application\/x-ndjson/)
    expect(headers.get('cache-control')).toBe('no-store')
    const lines = linesOf(text)
    expect(lines[0]).toMatchObject({ kind: 'user', data: { id: person.id, email: person.email } })
    const records = lines.filter(({ kind }) => kind === 'record').map(({ collection, data }) => [collection, data.id])
    expect(records.sort()).toEqual(
      [
        ['comments', comment],
        ['drafts', draft],
        ['invoices', invoice],
        ['notes', note],
      ].sort(),
    )
    expect(lines.find(({ collection }) => collection === 'invoices').data).not.toHaveProperty('risk')
    const session = lines.find(({ table }) => table === 'sessions').data
    expect(session).toMatchObject({ methods: ['pwd'], transport: 'bearer' })
    expect(lines.at(-1)).toEqual({ kind: 'end', records: 4 })
    expect(text).not.toContain(other.person.id)
  })

  it('has every record, however many pages they take', async () => {
    const person = await signUp(server)
    await run(`insert into public.notes (owner, text) select $1, 'note ' || i from generate_series(1, 450) i`, [
      person.id,
    ])
    const lines = linesOf((await exportOf(person.accessToken)).text)
    const texts = lines.filter(({ kind }) => kind === 'record').map(({ data }) => data.text)
    expect(new Set(texts).size).toBe(450)
    expect(lines.at(-1)).toEqual({ kind: 'end', records: 450 })
  })

  it('is made for admins too, with what the rules keep from the user', async () => {
    const { person } = await signUpWithRecords()
    const path = `/api/v1/admin/users/${person.id}/export`
    const { status, text } = await server.request('GET', path, { token: admin.token })
    expect(status).toBe(200)
    const lines = linesOf(text)
    expect(lines.find(({ collection }) => collection === 'invoices').data).toMatchObject({ risk: 'high' })
    expect(lines.at(-1)).toEqual({ kind: 'end', records: 4 })
    expect((await server.request('GET', path, { token: person.accessToken })).status).toBe(403)
    const nobody = '/api/v1/admin/users/01890000-0000-7000-8000-000000000000/export'
    expect((await server.request('GET', nobody, { token: admin.token })).status).toBe(404)
  })

  it('wants a fresh proof', async () => {
    const person = await signUp(server)
    await age(person)
    expect((await exportOf(person.accessToken)).json).toMatchObject({ status: 403, code: 'step_up_required' })
    expect((await server.request('GET', '/api/v1/auth/me/export')).status).toBe(401)
  })
})

describe('deleting me', () => {
  it('deletes, anonymises and keeps records as the collections say, and signs out everywhere', async () => {
    const { person, note, attachment, comment, invoice, draft } = await signUpWithRecords()
    const { person: other, note: kept } = await signUpWithRecords()
    expect((await deleteMe(person.accessToken)).status).toBe(204)
    for (const [collection, id] of [
      ['notes', note],
      ['attachments', attachment],
      ['drafts', draft],
      ['users', person.id],
    ] as const)
      expect((await find(collection, id)).status, collection).toBe(404)
    expect((await find('comments', comment)).json.data).toMatchObject({
      ...{ author: null, createdBy: null, name: null, body: null, stars: 5, version: 2 },
    })
    expect((await find('invoices', invoice)).json.data).toMatchObject({ buyer: null, amount: 12 })
    expect((await find('notes', kept)).status).toBe(200)
    expect((await me(server, person.accessToken)).status).toBe(401)
    expect((await refresh(server, person.refreshToken)).status).toBe(401)
    expect((await me(server, other.accessToken)).status).toBe(200)
    await signUp(server, person.email)
  })

  it('takes the password in place of a fresh proof', async () => {
    const person = await signUp(server)
    await age(person)
    expect((await deleteMe(person.accessToken)).json).toMatchObject({ status: 403, code: 'step_up_required' })
    const wrong = await deleteMe(person.accessToken, { password: 'another one' })
    expect(wrong.json).toMatchObject({ status: 401, code: 'invalid_credentials' })
    expect((await deleteMe(person.accessToken, { password })).status).toBe(204)
    expect((await me(server, person.accessToken)).status).toBe(401)
  })

  it('needs no body', async () => {
    const person = await signUp(server)
    const answer = await server.request('DELETE', '/api/v1/auth/me', { token: person.accessToken })
    expect(answer.status, answer.text).toBe(204)
  })

  it('is refused to the last admin', async () => {
    const { json } = await deleteMe(admin.token)
    expect(json).toMatchObject({ status: 409, code: 'conflict' })
    expect((await me(server, admin.token)).status).toBe(200)
  })

  it('is recorded as deletes of the records, for those who follow them', async () => {
    const { person, note } = await signUpWithRecords()
    await deleteMe(person.accessToken)
    const deletes = `select record from holdfast.changes where action = 'delete' and record = any($1::uuid[]) order by record`
    expect(await run(deletes, [[person.id, note]])).toEqual([[person.id], [note]].sort())
  })
})

describe('an admin', () => {
  const erase = (id: string, query: string) =>
    server.request('DELETE', `/api/v1/admin/users/${id}${query}`, { token: admin.token })

  it('erases a user with the records about them, or deletes the user alone', async () => {
    const [erased, deleted] = [await signUpWithRecords(), await signUpWithRecords()]
    expect((await erase(erased.person.id, '?erase=yes')).json).toMatchObject({ errors: [{ path: 'erase' }] })
    expect((await erase(erased.person.id, '?erase=true')).status).toBe(204)
    expect((await erase(erased.person.id, '?erase=true')).status).toBe(404)
    expect((await find('comments', erased.comment)).json.data).toMatchObject({ author: null, name: null })
    const draft = (id: string) => find('drafts', id)
    expect((await draft(erased.draft)).status).toBe(404)
    await run('delete from public.notes where owner = $1', [deleted.person.id])
    expect((await erase(deleted.person.id, '')).status).toBe(204)
    expect((await draft(deleted.draft)).status).toBe(200)
    expect((await find('comments', deleted.comment)).json.data).toMatchObject({ author: null, name: 'Ada' })
  })
})

describe('personalData of a collection', () => {
  const define = async (change: object) => {
    const fields = [
      { name: 'owner', type: 'relation', collection: 'users' },
      { name: 'must', type: 'text', required: true },
      { name: 'may', type: 'text' },
    ]
    const body = { collections: [{ name: newName(), fields, ...change }] }
    return server.request('POST', '/api/v1/admin/schema/plan', { token: admin.token, body })
  }
  let names = 0
  const newName = () => `things${++names}`

  it.each([
    [{ field: 'nope', onDelete: 'delete' }, 'personalData.field', 'unknown_field'],
    [{ field: 'may', onDelete: 'delete' }, 'personalData.field', 'wrong_type'],
    [{ field: 'owner', onDelete: 'anonymise', clear: ['must'] }, 'personalData.clear.0', 'does_not_fit'],
    [{ field: 'owner', onDelete: 'anonymise', clear: ['nope'] }, 'personalData.clear.0', 'unknown_field'],
    [{ field: 'owner', onDelete: 'delete', clear: ['may'] }, 'personalData.clear.0', 'does_not_fit'],
    [{ field: 'owner' }, 'personalData', 'wrong_type'],
    [{ field: 'owner', onDelete: 'burn' }, 'personalData', 'wrong_type'],
    [{ field: 'owner', onDelete: 'keep', extra: 1 }, 'personalData', 'wrong_type'],
  ])('%j is refused', async (personalData, path, code) => {
    const { json } = await define({ personalData })
    expect(json).toMatchObject({ status: 422, errors: [{ path: `collections.0.${path}`, code }] })
  })

  it.each([['anonymise'], ['keep']])('does not %s what cannot be without its user', async (onDelete) => {
    const fields = [{ name: 'owner', type: 'relation', collection: 'users', required: true }]
    const { json } = await define({ fields, personalData: { field: 'owner', onDelete } })
    expect(json).toMatchObject({ status: 422, errors: [{ path: 'collections.0.personalData.field' }] })
  })

  it('is shown in the definition, and can be taken away', async () => {
    const path = '/api/v1/admin/collections/notes'
    const { json } = await server.request('GET', path, { token: admin.token })
    expect(json.data.personalData).toEqual({ field: 'owner', onDelete: 'delete' })
    expect(newEmail()).toContain('@')
  })
})
