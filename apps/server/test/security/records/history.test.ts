import type { CollectionDefinition } from '@holdfast/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { define, type Persona, signUp, startServerWith } from '../../support/personas.js'

/** A18: old copies of records are read under the rules of today, and nothing of what is closed can be told from them. */

let server: TestServer
let admin: Persona
let ada: Persona
let ben: Persona

const all = ['read', 'create', 'update', 'delete'] as never
const text = (name: string, more: object = {}) => ({ name, type: 'text' as const, ...more })
type Definition = Omit<CollectionDefinition, 'id'>

const teams: Definition = {
  name: 'teams',
  fields: [text('name'), { name: 'members', type: 'relation', collection: 'users', many: true }],
  rules: [{ role: 'user', action: all }],
}

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([teams]))
  ada = await signUp(server, 'ada@example.com')
  ben = await signUp(server, 'ben@example.com')
})
afterAll(() => server?.stop())

const ask = (who: Persona | undefined, method: string, at: string, body?: unknown) =>
  server.request(method, `/api/v1/collections/${at}`, { ...(who && { token: who.token }), body: body as never })
const send = async (who: Persona, method: string, at: string, body?: unknown) => {
  const answer = await ask(who, method, at, body)
  if (answer.status >= 300) throw new Error(answer.text)
  return answer.json?.data
}
const always = '2999-01-01T00:00:00Z'
/** A moment between two changes: the database and this process tell the same time. */
const moment = async (): Promise<string> => {
  await new Promise((resolve) => setTimeout(resolve, 5))
  const time = new Date().toISOString()
  await new Promise((resolve) => setTimeout(resolve, 5))
  return time
}

describe('A18 old versions', () => {
  it('are shown where the record, as it was, satisfies the rule of today', async () => {
    await define(server, admin, [
      {
        name: 'articles',
        history: true,
        fields: [text('title'), text('state'), text('secret', { hidden: true })],
        rules: [
          { role: 'public', action: 'read', conditions: { state: 'open' } },
          { role: 'user', action: all },
        ],
      },
    ])
    const { id } = await send(admin, 'POST', 'articles/records', {
      title: 'draft words',
      state: 'draft',
      secret: 'canary',
    })
    await send(admin, 'PATCH', `articles/records/${id}`, { title: 'open words', state: 'open', secret: 'canary 2' })
    const open = await moment()
    await send(admin, 'PATCH', `articles/records/${id}`, { title: 'closed again', state: 'closed' })
    const versions = await ask(undefined, 'GET', `articles/records/${id}/versions?fields=title`)
    expect(versions.json.data).toMatchObject([{ version: 2, record: { title: 'open words' } }])
    // What it was before lay outside of the rule: nothing is said of it.
    expect(versions.json.data[0].changes).toEqual({})
    for (const n of [1, 3])
      expect((await ask(undefined, 'GET', `articles/records/${id}/versions/${n}`)).status).toBe(404)
    expect((await ask(undefined, 'GET', `articles/records/${id}`)).status).toBe(404)
    expect((await ask(undefined, 'GET', `articles/records/${id}?asOf=${always}`)).status).toBe(404)
    expect((await ask(undefined, 'GET', `articles/records/${id}?asOf=${open}`)).json.data.title).toBe('open words')
    const listed = await ask(undefined, 'GET', `articles/records?asOf=${open}&count=exact`)
    expect([listed.json.data.length, listed.json.meta.total]).toEqual([1, 1])
    for (const path of ['/versions?fields=id', '/versions/2', `?asOf=${open}`])
      expect((await ask(ada, 'GET', `articles/records/${id}${path}`)).text).not.toContain('canary')
    expect((await ask(ada, 'GET', `articles/records/${id}/versions?fields=secret`)).json.code).toBe('unknown_field')
    expect((await ask(admin, 'GET', `articles/records/${id}/versions/1`)).json.data.record.secret).toBe('canary')
  })

  it('follow the rules when these change', async () => {
    const definition = (readable: string[]): Definition => ({
      name: 'ledgers',
      history: true,
      trash: true,
      fields: [text('title'), text('amount')],
      rules: [
        { role: 'user', action: 'read', fields: ['version', 'updatedAt', ...readable] },
        { role: 'user', action: ['create', 'update', 'delete'] as never },
      ],
    })
    await define(server, admin, [definition(['title', 'amount'])])
    const { id } = await send(ada, 'POST', 'ledgers/records', { title: 'a', amount: 'canary' })
    await send(ada, 'PATCH', `ledgers/records/${id}`, { amount: 'canary two' })
    expect((await ask(ben, 'GET', `ledgers/records/${id}/versions`)).text).toContain('canary')
    await define(server, admin, [definition(['title'])])
    const then = await moment()
    await send(admin, 'DELETE', `ledgers/records/${id}`)
    for (const path of [`records/${id}/versions`, `records/${id}/versions/1`, `records/${id}?asOf=${then}`, 'trash']) {
      const answer = await ask(ben, 'GET', `ledgers/${path}`)
      expect([path, answer.status]).toEqual([path, 200])
      expect(answer.text).not.toMatch(/canary|amount/)
    }
    const filter = encodeURIComponent('{"amount":"canary"}')
    for (const path of [`records?asOf=${then}&filter=${filter}`, `trash?filter=${filter}`, 'trash?sort=amount'])
      expect((await ask(ben, 'GET', `ledgers/${path}`)).json.code).toBe('unknown_field')
    await define(server, admin, [{ ...definition(['title']), rules: [{ role: 'public', action: 'create' }] }])
    for (const path of [`records/${id}/versions`, `records/${id}?asOf=${then}`, `records?asOf=${then}`, 'trash'])
      expect((await ask(ben, 'GET', `ledgers/${path}`)).status).toBe(403)
  })

  it('are closed where the rule asks for a field that was not there yet', async () => {
    const base: Definition = { name: 'files', history: true, trash: true, fields: [text('name')], rules: [] }
    await define(server, admin, [base])
    const { id } = await send(admin, 'POST', 'files/records', { name: 'canary' })
    await send(admin, 'POST', 'files/records', { name: 'canary two' })
    const before = await moment()
    const level = text('level', { default: 'secret' })
    const rules: Definition['rules'] = [
      { role: 'user', action: ['read', 'delete'] as never },
      { role: 'user', action: 'read', deny: true, conditions: { level: 'secret' } },
    ]
    await define(server, admin, [{ ...base, fields: [...base.fields, level], rules }])
    expect((await ask(ada, 'GET', `files/records/${id}`)).status).toBe(404)
    for (const path of [`records/${id}/versions`, `records/${id}/versions/1`, `records/${id}?asOf=${before}`])
      expect([path, (await ask(ada, 'GET', `files/${path}`)).status]).toEqual([path, 404])
    expect((await ask(ada, 'GET', `files/records?asOf=${before}&count=exact`)).json).toMatchObject({
      data: [],
      meta: { total: 0 },
    })
    expect((await ask(admin, 'GET', `files/records?asOf=${before}`)).json.data).toHaveLength(2)
    // What other rules open stays open.
    const either: Definition['rules'] = [
      { role: 'user', action: 'read', conditions: { level: { $ne: 'secret' } } },
      { role: 'user', action: 'read', conditions: { name: 'canary two' } },
    ]
    await define(server, admin, [{ ...base, fields: [...base.fields, level], rules: either }])
    const opened = await ask(ada, 'GET', `files/records?asOf=${before}&fields=name`)
    expect(opened.json.data).toEqual([{ name: 'canary two' }])
  })

  it('hide a field by its name of today, whatever it was called', async () => {
    const field = { id: '01890000-0000-7000-8000-0000000000a1', ...text('note') }
    const other = { id: '01890000-0000-7000-8000-0000000000a2', ...text('salary') }
    const make = (fields: Definition['fields'], readable: string[]): Definition => ({
      name: 'staff',
      history: true,
      fields,
      rules: [
        { role: 'user', action: 'read', fields: ['version', 'updatedAt', ...readable] },
        { role: 'user', action: 'create' },
      ],
    })
    await define(server, admin, [make([field, other], ['note'])])
    const { id } = await send(admin, 'POST', 'staff/records', { note: 'open', salary: 'canary' })
    const then = await moment()
    // The names change places: what is called note now was the salary.
    await define(server, admin, [
      make(
        [
          { ...field, name: 'salary' },
          { ...other, name: 'note' },
        ],
        ['salary'],
      ),
    ])
    for (const path of [`/${id}/versions?fields=salary`, `/${id}/versions/1`, `/${id}?asOf=${then}`, `?asOf=${then}`]) {
      const answer = await ask(ada, 'GET', `staff/records${path}`)
      expect([path, answer.status]).toEqual([path, 200])
      expect(answer.text).toContain('open')
      expect(answer.text).not.toContain('canary')
    }
    expect((await ask(ada, 'GET', `staff/records?asOf=${then}&filter[note]=canary`)).json.code).toBe('unknown_field')
    expect((await ask(ada, 'GET', `staff/records?asOf=${then}&filter[salary]=open`)).json.data).toHaveLength(1)
  })

  it('show a masked field in those versions only in which it was open', async () => {
    await define(server, admin, [
      {
        name: 'cases',
        history: true,
        fields: [text('title'), text('note'), { name: 'owner', type: 'relation', collection: 'users' }],
        rules: [
          { role: 'user', action: 'read', fields: ['title', 'owner', 'version', 'updatedAt'] },
          { role: 'user', action: 'read', conditions: { owner: '$user.id' } },
          { role: 'user', action: 'update', fields: ['title'] },
        ],
      },
    ])
    const { id } = await send(admin, 'POST', 'cases/records', { title: 'a', note: 'canary of ben', owner: ben.id })
    await send(admin, 'PATCH', `cases/records/${id}`, { note: 'for ada', owner: ada.id })
    await send(admin, 'PATCH', `cases/records/${id}`, { note: 'for ada, too' })
    const adas = await ask(ada, 'GET', `cases/records/${id}/versions?fields=note`)
    expect(adas.text).not.toContain('canary')
    expect(adas.json.data.map(({ changes }: { changes: object }) => Object.keys(changes))).toEqual([
      ['note'],
      ['owner'],
      ['title', 'owner'],
    ])
    // Who did it is told where `createdBy` is open.
    expect(adas.json.data.map((each: object) => 'user' in each)).toEqual([true, true, false])
    const bens = await ask(ben, 'GET', `cases/records/${id}/versions?fields=note`)
    expect(bens.json.data.map(({ record }: { record: object }) => record)).toEqual([{}, {}, { note: 'canary of ben' }])
    expect(bens.text).not.toContain('for ada')
    // Restoring writes what the caller may read there and may write, and nothing else.
    const restored = await ask(ada, 'POST', `cases/records/${id}/versions/1/restore`)
    expect(restored.status, restored.text).toBe(200)
    expect(restored.json.data).toMatchObject({ note: 'for ada, too', owner: ada.id, version: 3 })
  })

  it('are restored by the rules for updates, field by field', async () => {
    const definition: Definition = {
      name: 'pages',
      history: true,
      fields: [text('title'), text('body'), { name: 'size', type: 'integer' }, text('hidden', { hidden: true })],
      rules: [
        { role: 'user', action: ['read', 'create'] as never },
        { role: 'user', action: 'update', fields: ['title', 'size'], conditions: { createdBy: '$user.id' } },
      ],
    }
    await define(server, admin, [definition])
    const { id } = await send(ada, 'POST', 'pages/records', { title: 'one', body: 'one', size: 1 })
    await send(admin, 'PATCH', `pages/records/${id}`, { title: 'two', body: 'two', hidden: 'kept', size: 200 })
    expect((await ask(undefined, 'POST', `pages/records/${id}/versions/1/restore`)).status).toBe(401)
    expect((await ask(ben, 'POST', `pages/records/${id}/versions/1/restore`)).status).toBe(404)
    const restored = await ask(ada, 'POST', `pages/records/${id}/versions/1/restore`)
    expect(restored.json.data).toMatchObject({ title: 'one', body: 'two', size: 1, version: 3 })
    expect((await ask(admin, 'GET', `pages/records/${id}`)).json.data.hidden).toBe('kept')
    // What is valid is decided today.
    const [title, body, size, hidden] = definition.fields
    await define(server, admin, [{ ...definition, fields: [title!, body!, { ...size!, max: 100 }, hidden!] }])
    const invalid = await ask(ada, 'POST', `pages/records/${id}/versions/2/restore`)
    expect(invalid.json).toMatchObject({ status: 422, code: 'validation_failed', errors: [{ path: 'size' }] })
    expect((await ask(ada, 'GET', `pages/records/${id}`)).json.data.version).toBe(3)
  })

  it('tell nothing to those who may not read which versions there are', async () => {
    await define(server, admin, [
      {
        name: 'votes',
        history: true,
        fields: [text('title'), text('count')],
        rules: [{ role: 'user', action: 'read', fields: ['title', 'updatedAt'] }],
      },
    ])
    const { id } = await send(admin, 'POST', 'votes/records', { title: 'a', count: '1' })
    await send(admin, 'PATCH', `votes/records/${id}`, { count: '2' })
    const none = '01890000-0000-7000-8000-00000000ffff'
    const [there, absent] = await Promise.all(
      [id, none].map((each) => ask(ada, 'GET', `votes/records/${each}/versions`)),
    )
    expect([there!.status, there!.json.code]).toEqual([404, 'record_not_found'])
    expect({ ...there!.json, requestId: '' }).toEqual({ ...absent!.json, requestId: '' })
  })

  it('judge lists as they were, and what is behind relations as it is', async () => {
    await define(server, admin, [
      {
        name: 'rooms',
        history: true,
        fields: [
          text('name'),
          { name: 'guests', type: 'relation', collection: 'users', many: true },
          { name: 'team', type: 'relation', collection: 'teams' },
        ],
        rules: [
          { role: 'user', action: 'read', conditions: { guests: { $has: '$user.id' } } },
          { role: 'user', action: 'read', conditions: { 'team.members': { $some: { id: '$user.id' } } } },
        ],
      },
    ])
    const team = await send(admin, 'POST', 'teams/records', { name: 't', members: [ben.id] })
    const { id } = await send(admin, 'POST', 'rooms/records', { name: 'one', guests: [ada.id], team: team.id })
    await send(admin, 'PATCH', `rooms/records/${id}`, { name: 'two', guests: [] })
    const seen = async (who: Persona) => {
      const { json } = await ask(who, 'GET', `rooms/records/${id}/versions`)
      return (json.data ?? []).map(({ version }: { version: number }) => version)
    }
    expect(await seen(ada)).toEqual([1])
    expect(await seen(ben)).toEqual([2, 1])
    await send(admin, 'PATCH', `teams/records/${team.id}`, { members: [] })
    expect(await seen(ben)).toEqual([])
  })
})

describe('A18 the trash', () => {
  const folders: Definition = {
    name: 'folders',
    trash: true,
    fields: [text('name'), text('code', { unique: true, hidden: true })],
    rules: [
      { role: 'user', action: 'read' },
      { role: 'user', action: 'create' },
      { role: 'user', action: ['update', 'delete'] as never, conditions: { createdBy: '$user.id' } },
    ],
  }
  const papers: Definition = {
    name: 'papers',
    fields: [text('body'), { name: 'folder', type: 'relation', collection: 'folders', onDelete: 'cascade' }],
    rules: [
      { role: 'user', action: 'read', conditions: { createdBy: '$user.id' } },
      { role: 'user', action: 'create' },
    ],
  }

  beforeAll(() => define(server, admin, [folders, papers]))

  it('is of those who could have deleted what is in it', async () => {
    const { id } = await send(ada, 'POST', 'folders/records', { name: 'of ada' })
    await send(ada, 'DELETE', `folders/records/${id}`)
    const names = async (who: Persona) =>
      (await ask(who, 'GET', 'folders/trash?count=exact')).json.data.map((each: { id: string }) => each.id)
    expect(await names(ben)).not.toContain(id)
    expect(await names(ada)).toContain(id)
    const refused = await ask(ben, 'POST', `folders/trash/${id}/restore`)
    const absent = await ask(ben, 'POST', 'folders/trash/01890000-0000-7000-8000-00000000ffff/restore')
    expect(refused.status).toBe(404)
    expect({ ...refused.json, requestId: '' }).toEqual({ ...absent.json, requestId: '' })
    expect((await ask(undefined, 'GET', 'folders/trash')).status).toBe(401)
    expect((await ask(undefined, 'POST', `folders/trash/${id}/restore`)).status).toBe(401)
    expect((await ask(undefined, 'DELETE', `folders/trash/${id}`)).status).toBe(401)
    expect((await ask(ada, 'DELETE', `folders/trash/${id}`)).status).toBe(403)
    expect((await ask(ada, 'POST', `folders/trash/${id}/restore`)).status).toBe(200)
  })

  it('brings children back without rights on them, and does not tell of those that are closed', async () => {
    const { id } = await send(ada, 'POST', 'folders/records', { name: 'shared' })
    const mine = await send(ada, 'POST', 'papers/records', { body: 'mine', folder: id })
    const theirs = await send(ben, 'POST', 'papers/records', { body: 'canary', folder: id })
    await send(ada, 'DELETE', `folders/records/${id}`)
    const listed = await ask(ada, 'GET', 'folders/trash?filter[name]=shared')
    expect(listed.json.data[0].cascade).toEqual([{ collection: 'papers', count: 1 }])
    expect(listed.text).not.toContain('canary')
    const restored = await ask(ada, 'POST', `folders/trash/${id}/restore`)
    expect(restored.json.data.restored).toEqual([
      { collection: 'folders', count: 1 },
      { collection: 'papers', count: 1 },
    ])
    expect((await ask(ben, 'GET', `papers/records/${theirs.id}`)).json.data).toMatchObject({
      body: 'canary',
      folder: id,
    })
    expect((await ask(ada, 'GET', `papers/records/${mine.id}`)).status).toBe(200)
    expect((await ask(ada, 'GET', `papers/records/${theirs.id}`)).status).toBe(404)
  })

  it('does not name a hidden field that stands in the way', async () => {
    const { id } = await send(admin, 'POST', 'folders/records', { name: 'a', code: 'canary' })
    const owner = await send(admin, 'POST', 'folders/records', { name: 'b' })
    expect(owner.id).not.toBe(id)
    await server.database.run({ text: 'update folders set "createdBy" = $1 where id = $2', values: [ada.id, id] })
    await send(ada, 'DELETE', `folders/records/${id}`)
    await send(admin, 'PATCH', `folders/records/${owner.id}`, { code: 'canary' })
    const answer = await ask(ada, 'POST', `folders/trash/${id}/restore`)
    expect(answer.json).toMatchObject({ status: 409, code: 'unique_violation', errors: [{ path: '' }] })
    expect(answer.text).not.toMatch(/canary|"code" |code is/)
  })

  it('holds no credentials', async () => {
    const dora = await signUp(server, 'dora@example.com')
    await send(admin, 'DELETE', `users/records/${dora.id}`)
    const { rows } = await server.database.run({
      text: `select coalesce(string_agg(coalesce(before::text, '') || coalesce(after::text, ''), ' '), '') from holdfast.changes where record = $1`,
      values: [dora.id],
    })
    expect(rows[0]![0]).toContain('dora@example.com')
    expect(rows[0]![0]).not.toMatch(/argon2|\$argon|password|hash/i)
  })
})
