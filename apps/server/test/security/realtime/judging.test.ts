import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { define, type Persona, signUp, startServerWith } from '../../support/personas.js'
import { openSocket, openStream, type SocketClient } from '../../support/realtime.js'

let server: TestServer
let admin: Persona
let ada: Persona
let bob: Persona

const projects = {
  name: 'projects',
  fields: [
    { name: 'name', type: 'text' },
    { name: 'lead', type: 'relation', collection: 'users', onDelete: 'cascade' },
  ],
} as const

const notes = {
  name: 'notes',
  fields: [
    { name: 'text', type: 'text' },
    { name: 'secret', type: 'text' },
    { name: 'key', type: 'text', hidden: true },
    { name: 'place', type: 'geopoint' },
    { name: 'owner', type: 'relation', collection: 'users' },
    { name: 'readers', type: 'relation', collection: 'users', many: true },
    { name: 'project', type: 'relation', collection: 'projects', onDelete: 'cascade' },
  ],
  rules: [
    { role: 'user', action: 'read', conditions: { owner: '$user.id' } },
    { role: 'user', action: 'read', conditions: { 'readers.id': '$user.id' }, fields: ['text', 'place'] },
    { role: 'user', action: 'read', conditions: { 'project.lead': '$user.id' }, fields: ['text'] },
    { role: 'auditor', action: 'read', fields: ['text'] },
  ],
} as const

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    projects,
    notes,
    { name: 'closed', fields: [{ name: 'a', type: 'text' }] },
  ] as never))
  ada = await signUp(server, 'ada@example.com')
  bob = await signUp(server, 'bob@example.com')
})
afterAll(() => server?.stop())

// biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
const send = async (method: string, path: string, body?: unknown): Promise<any> => {
  const answer = await server.request(method, `/api/v1/collections/${path}`, { token: admin.token, body })
  if (answer.status >= 300) throw new Error(answer.text)
  return answer.json?.data
}
const create = (body: unknown) => send('POST', 'notes/records', body)
const update = (id: string, body: unknown) => send('PATCH', `notes/records/${id}`, body)

// biome-ignore lint/suspicious/noExplicitAny: tests read records of every shape
type Told = [string, any]

async function follow(persona: Persona, request: Record<string, unknown> = {}): Promise<SocketClient> {
  const client = await openSocket(server, { token: persona.token })
  const answer = await client.ask({ type: 'subscribe', id: 's', collection: 'notes', ...request } as never)
  expect(answer.type, JSON.stringify(answer)).toBe('ok')
  await client.until('ready')
  return client
}

/** Changes told until a last one that everybody is told of, whose text is the fence. */
async function toldUntilFence(clients: readonly SocketClient[]): Promise<Told[][]> {
  const fence = `fence ${Math.random()}`
  await create({ text: fence, owner: bob.id, readers: [ada.id, bob.id] })
  return Promise.all(
    clients.map(async ({ messages, socket }) => {
      // biome-ignore lint/suspicious/noExplicitAny: messages of every shape
      const events = messages as any[]
      await expect.poll(() => events.some(({ record }) => record?.text === fence), { timeout: 20_000 }).toBe(true)
      socket.close()
      const changes = events.filter(
        ({ subscription, record }) => subscription && record && !record.text?.startsWith('fence'),
      )
      expect(changes.every((event) => !('before' in event) && !('previous' in event) && !('old' in event))).toBe(true)
      return changes.map(({ type, record }): Told => [type, record])
    }),
  )
}

describe('A173: who is told', () => {
  it('nobody without a right to read', async () => {
    const stream = await openStream(server, { collection: 'notes' })
    expect([stream.status, stream.json.code]).toEqual([401, 'unauthenticated'])
    const closed = await openStream(server, { collection: 'closed' }, { token: ada.token })
    expect([closed.status, closed.json.code]).toEqual([403, 'forbidden'])
  })

  it('only of rows of their own, and of fields that are open in them', async () => {
    const clients = [await follow(ada), await follow(bob)]
    const note = await create({ text: 'one', secret: 'of bob', key: 'k', owner: bob.id, readers: [ada.id] })
    await update(note.id, { secret: 'still of bob' })
    await create({ text: 'not for them', secret: 's', owner: admin.id })
    await update(note.id, { text: 'two' })
    const [toAda, toBob] = await toldUntilFence(clients)
    expect(toAda).toEqual([
      ['create', { id: note.id, text: 'one', place: null }],
      ['update', { id: note.id, text: 'two', place: null }],
    ])
    expect(toBob!.map(([type, { text, secret, key }]) => [type, text, secret, key])).toEqual([
      ['create', 'one', 'of bob', undefined],
      ['update', 'one', 'still of bob', undefined],
      ['update', 'two', 'still of bob', undefined],
    ])
  })

  it('not what a filter on a closed field would tell', async () => {
    const client = await openSocket(server, { token: ada.token })
    const ask = (filter: unknown) => client.ask({ type: 'subscribe', id: 'x', collection: 'notes', filter } as never)
    expect(await ask({ key: 'k' })).toMatchObject({ type: 'error', code: 'unknown_field' })
    expect(await ask({ nothing: 'k' })).toMatchObject({ type: 'error', code: 'unknown_field' })
    client.socket.close()
    // The secret may be named, since it is open in rows of one's own: in others it has no value.
    const fence = { text: { $startsWith: 'fence' } }
    const clients = [
      await follow(ada, { filter: { $or: [{ secret: 'guess' }, fence] } }),
      await follow(ada, { filter: { $or: [{ $not: { secret: { $ne: 'guess' } } }, fence] } }),
    ]
    const note = await create({ text: 'guessed', secret: 'guess', owner: bob.id, readers: [ada.id] })
    await update(note.id, { secret: 'other' })
    await update(note.id, { secret: 'guess' })
    const [having, lacking] = await toldUntilFence(clients)
    expect(having).toEqual([])
    expect(lacking).toEqual([['create', { id: note.id, text: 'guessed', place: null }]])
  })

  it('nor where a place is that is closed in this row', async () => {
    const filter = { $or: [{ place: { $near: { lat: 1, lon: 1, km: 50 } } }, { text: { $startsWith: 'fence' } }] }
    const led = await send('POST', 'projects/records', { name: 'p', lead: ada.id })
    const client = await follow(ada, { filter })
    await create({ text: 'closed place', place: { lat: 1, lon: 1 }, owner: bob.id, project: led.id })
    const open = await create({ text: 'open place', place: { lat: 1, lon: 1 }, owner: bob.id, readers: [ada.id] })
    const [told] = await toldUntilFence([client])
    expect(told).toEqual([['create', { id: open.id, text: 'open place', place: { lat: 1, lon: 1 } }]])
  })
})

describe('A174: what was', () => {
  it('a delete has only the id, and only for those who could see the record', async () => {
    const clients = [await follow(ada), await follow(bob)]
    const [shared, own] = await create([
      { text: 'shared', owner: bob.id, readers: [ada.id] },
      { text: 'own', owner: bob.id },
    ])
    await send('DELETE', `notes/records/${shared.id}`)
    await send('DELETE', `notes/records/${own.id}`)
    const [toAda, toBob] = await toldUntilFence(clients)
    expect(toAda!.slice(1)).toEqual([['delete', { id: shared.id }]])
    expect(toBob!.slice(2)).toEqual([
      ['delete', { id: shared.id }],
      ['delete', { id: own.id }],
    ])
  })

  it('a delete that came with another record, too', async () => {
    const [led, other] = await send('POST', 'projects/records', [
      { name: 'led', lead: ada.id },
      { name: 'not led', lead: bob.id },
    ])
    const client = await follow(ada)
    const note = await create({ text: 'in led', project: led.id })
    await create({ text: 'not in led', project: other.id })
    await client.until('create')
    await send('DELETE', `projects/records/${led.id}`)
    await send('DELETE', `projects/records/${other.id}`)
    const [told] = await toldUntilFence([client])
    expect(told).toEqual([
      ['create', { id: note.id, text: 'in led' }],
      ['delete', { id: note.id }],
    ])
  })
})

describe('A176: a change of a value and of the right to see it', () => {
  it('tells who loses it nothing but the id, and who gains it nothing but the new state', async () => {
    const clients = [await follow(ada), await follow(bob)]
    const note = await create({ text: 'before', secret: 'before', owner: ada.id })
    await update(note.id, { text: 'after', secret: 'after', owner: bob.id })
    const [toAda, toBob] = await toldUntilFence(clients)
    expect(toAda!.slice(1)).toEqual([['leave', { id: note.id }]])
    expect(toBob).toEqual([['enter', expect.objectContaining({ text: 'after', secret: 'after' })]])
    expect(JSON.stringify(toBob)).not.toContain('before')
  })

  it('also by a list, and where only some fields are lost', async () => {
    const clients = [await follow(ada), await follow(bob)]
    const note = await create({ text: 'list', secret: 'mine', owner: ada.id, readers: [] })
    await update(note.id, { readers: [bob.id] })
    await update(note.id, { owner: null, readers: [ada.id], secret: 'no longer hers' })
    const [toAda, toBob] = await toldUntilFence(clients)
    expect(toBob).toEqual([
      ['enter', { id: note.id, text: 'list', place: null }],
      ['leave', { id: note.id }],
    ])
    expect(toAda!.at(-1)).toEqual(['update', { id: note.id, text: 'list', place: null }])
  })
})

describe('A173, A178: rights that change', () => {
  it('makes who may see something else read anew, and ends what may no longer be read', async () => {
    const eve = await signUp(server, 'eve@example.com', admin, ['auditor'])
    const ann = await signUp(server, 'ann@example.com')
    const clients = [await follow(eve), await follow(ann, { filter: { secret: 's' } })]
    const note = await create({ text: 'audited', secret: 's', owner: ann.id })
    await clients[0]!.until('create')
    await clients[1]!.until('create')
    const without = { ...notes, rules: notes.rules.filter((rule) => rule.role === 'auditor') }
    await define(server, admin, [projects, without] as never)
    const [error] = await clients[1]!.until('error')
    expect(error).toMatchObject({ subscription: 's', code: 'forbidden' })
    const changed = { ...notes, rules: [{ role: 'auditor', action: 'read', fields: ['secret'] }] }
    await define(server, admin, [projects, changed] as never)
    await clients[0]!.until('reset', 2)
    await clients[0]!.until('ready', 3)
    await update(note.id, { text: 'not for her', secret: 'for her' })
    const updates = (await clients[0]!.until('update')) as unknown as { record: unknown }[]
    expect(updates.at(-1)!.record).toEqual({ id: note.id, secret: 'for her' })
    await define(server, admin, [projects, notes] as never)
    for (const { socket } of clients) socket.close()
  })

  it('tells nothing new to those whose rights stay the same', async () => {
    const client = await follow(ada)
    await define(server, admin, [projects, { ...notes, description: 'Another word for it' }] as never)
    await toldUntilFence([client])
    expect(client.messages.filter(({ type }) => type === 'reset')).toEqual([])
    await define(server, admin, [projects, notes] as never)
  })
})

describe('A184: nonsense', () => {
  it('is refused a thousand times, and the process and the connection go on', async () => {
    const bad: readonly Record<string, unknown>[] = [
      { filter: { text: { $regex: '(a+)+$' } } },
      { filter: { text: 7 } },
      { filter: [] },
      { filter: { $or: 1 } },
      { fields: 7 },
      { expand: [[]] },
      { sort: { a: 1 } },
      { limit: -1 },
      { snapshot: 'yes' },
      { since: '' },
      { since: 'AAAA'.repeat(1000) },
      { record: '../users' },
      { collection: ['notes'] },
      { collection: '__proto__' },
      { filter: JSON.parse('{"__proto__":{"text":1}}') },
      { filter: { constructor: 1 } },
    ]
    const client = await openSocket(server, { token: ada.token })
    for (let count = 0; count < 1000; count++) {
      // Slow enough for the limit on messages, which has its own test.
      if (count % 100 === 99) await new Promise((resolve) => setTimeout(resolve, 1100))
      client.send({ type: 'subscribe', id: `n${count}`, collection: 'notes', ...bad[count % bad.length] } as never)
    }
    await client.until('error', 1000)
    expect(client.messages.every(({ type }) => type === 'error')).toBe(true)
    await new Promise((resolve) => setTimeout(resolve, 1100))
    const answer = await client.ask({ type: 'subscribe', id: 'good', collection: 'notes' })
    expect(answer.type).toBe('ok')
    client.socket.close()
  }, 60_000)
})
