import { limits, type RealtimeRequest } from '@holdfast/contract'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type ChannelClient, connect } from '../../support/channel-client.js'
import type { TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'

vi.setConfig({ testTimeout: 60_000 })

let server: TestServer
let admin: Persona
let alice: Persona
let bob: Persona
let guard: Persona
const clients: ChannelClient[] = []

const channels = [
  { name: 'lobby', rules: [{ role: 'user', action: ['join', 'send', 'presence'] }] },
  {
    name: 'news',
    rules: [
      { role: 'public', action: 'join' },
      { role: 'guard', action: 'send' },
    ],
  },
  {
    name: 'rooms',
    collection: 'rooms',
    rules: [
      { role: 'user', action: ['join', 'send', 'presence'], conditions: { owner: '$user.id' } },
      { role: 'user', action: ['join', 'send'], conditions: { 'guests.user': '$user.id' } },
      { role: 'user', action: 'join', conditions: { team: '$user.team' } },
      { role: 'guard', action: 'join', conditions: { open: true } },
    ],
  },
]

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    {
      name: 'users',
      fields: [
        { name: 'email', type: 'email', required: true, unique: true },
        { name: 'team', type: 'text' },
      ],
    },
    {
      name: 'rooms',
      fields: [
        { name: 'open', type: 'boolean' },
        { name: 'team', type: 'text' },
        { name: 'owner', type: 'relation', collection: 'users', onDelete: 'setNull' },
      ],
    },
    {
      name: 'guests',
      fields: [
        { name: 'room', type: 'relation', collection: 'rooms', inverse: 'guests', onDelete: 'cascade' },
        { name: 'user', type: 'relation', collection: 'users', onDelete: 'cascade' },
      ],
    },
  ]))
  alice = await signUp(server, 'alice@example.com')
  bob = await signUp(server, 'bob@example.com')
  guard = await signUp(server, 'guard@example.com', admin, ['guard'])
  for (const body of channels) {
    const made = await server.request('POST', '/api/v1/admin/channels', { token: admin.token, body })
    expect(made.status, made.text).toBe(201)
  }
})
afterAll(() => server?.stop())
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()))
})

async function open(persona?: Persona): Promise<ChannelClient> {
  const client = await connect(server, persona?.token)
  clients.push(client)
  return client
}

/** A connection that has joined. */
async function join(channel: string, persona?: Persona, presence?: { [key: string]: string }): Promise<ChannelClient> {
  const client = await open(persona)
  expect(await client.request({ type: 'join', channel, ...(presence && { presence }) })).toMatchObject({ type: 'ok' })
  return client
}

const record = async (method: string, path: string, body?: object) => {
  const answer = await server.request(method, `/api/v1/collections/${path}`, {
    token: admin.token,
    ...(body && { body }),
  })
  expect(answer.status, answer.text).toBeLessThan(300)
  return answer.json?.data
}
const makeRoom = async (body: object): Promise<string> => (await record('POST', 'rooms/records', body)).id
const send = (channel: string, payload: string | number = 'hi'): RealtimeRequest => ({
  type: 'send',
  channel,
  event: 'said',
  payload,
})

describe('messages', () => {
  it('reach all others in the channel, in the order they were sent', async () => {
    const [from, to, other] = [await join('lobby', alice), await join('lobby', bob), await join('news', bob)]
    const second = await join('lobby', alice)
    for (let at = 0; at < 30; at++) expect(await from.request(send('lobby', at))).toMatchObject({ type: 'ok' })
    for (const client of [to, second])
      for (let at = 0; at < 30; at++) {
        const message = await client.next('message')
        expect(message).toMatchObject({
          channel: 'lobby',
          event: 'said',
          payload: at,
          from: { user: alice.id, state: {} },
        })
        expect(Date.parse(message.at)).toBeGreaterThan(0)
      }
    expect(await from.heard()).not.toContain('said')
    expect(await other.heard()).toBe('[]')
  })

  it('carry any JSON, as it was sent', async () => {
    const [from, to] = [await join('lobby', alice), await join('lobby', bob)]
    for (const payload of [null, 0, false, '', [], { a: [{ b: null }], é: '\u2028😀' }]) {
      await from.request({ type: 'send', channel: 'lobby', event: 'x y', payload })
      expect((await to.next('message')).payload).toEqual(payload)
    }
  })

  it('are for those who may join, from those who may send', async () => {
    const [nobody, user, sender] = [await join('news'), await join('news', alice), await open(guard)]
    expect(await sender.request(send('news'))).toMatchObject({ type: 'ok' })
    for (const client of [nobody, user])
      expect(await client.next('message')).toMatchObject({ from: { user: guard.id } })
    for (const client of [nobody, user])
      expect(await client.request(send('news'))).toMatchObject({
        code: 'forbidden',
        detail: 'You may not send to this channel',
      })
    expect(await sender.heard()).toBe('[]')
    const stranger = await open(alice)
    expect(await stranger.request(send('news'))).toMatchObject({ code: 'forbidden' })
  })

  it('end with leaving', async () => {
    const [from, to] = [await join('lobby', alice), await join('lobby', bob)]
    expect(await to.request({ type: 'leave', channel: 'lobby' })).toMatchObject({ type: 'ok' })
    expect(await to.request({ type: 'leave', channel: 'lobby' })).toMatchObject({ type: 'ok' })
    await from.request(send('lobby', 'unheard'))
    await to.request({ type: 'join', channel: 'lobby' })
    await from.request(send('lobby', 'heard'))
    expect((await to.next('message')).payload).toBe('heard')
  })
})

describe('presence', () => {
  it('shows who wants to be seen, to all who may see it', async () => {
    const quiet = await join('lobby', bob)
    expect((await quiet.next('presences')).members).toEqual([])
    const shown = await join('lobby', alice, { name: 'Alice' })
    const { members } = await shown.next('presences')
    expect(members).toEqual([{ id: expect.any(String), user: alice.id, state: { name: 'Alice' } }])
    expect(await quiet.next('joined')).toMatchObject({ channel: 'lobby', member: members[0] })
    await shown.request({ type: 'presence', channel: 'lobby', state: { name: 'Al' } })
    for (const client of [quiet, shown])
      expect((await client.next('changed')).member).toEqual({ ...members[0], state: { name: 'Al' } })
    await shown.request(send('lobby'))
    expect((await quiet.next('message')).from).toEqual({ ...members[0], state: { name: 'Al' } })
    await quiet.request({ type: 'presence', channel: 'lobby', state: {} })
    expect((await shown.next('joined')).member).toMatchObject({ user: bob.id, state: {} })
    await quiet.request({ type: 'join', channel: 'lobby' })
    expect((await quiet.next('presences')).members).toHaveLength(2)
    shown.drop()
    expect((await quiet.next('left')).member).toEqual({ ...members[0], state: { name: 'Al' } })
  })

  it('is closed where no rule opens it', async () => {
    const client = await open(alice)
    expect(await client.request({ type: 'join', channel: 'news', presence: {} })).toMatchObject({ code: 'forbidden' })
    expect(await client.request({ type: 'presence', channel: 'news', state: {} })).toMatchObject({ code: 'forbidden' })
    expect(await client.request({ type: 'join', channel: 'news' })).toMatchObject({ type: 'ok' })
    expect(await client.request({ type: 'presence', channel: 'news', state: {} })).toMatchObject({ code: 'forbidden' })
    expect(await client.heard()).toBe('[]')
  })

  it('is hidden from members who may not see it', async () => {
    const room = `rooms/${await makeRoom({ owner: alice.id, team: 'red' })}`
    await record('PATCH', `users/records/${bob.id}`, { team: 'red' })
    const guest = await join(room, bob)
    const owner = await join(room, alice, { name: 'Alice' })
    await owner.request(send(room))
    expect(await guest.next('message')).toMatchObject({ from: { user: alice.id, state: {} } })
    expect(await guest.heard()).toBe('[]')
  })
})

describe('channels of records', () => {
  it('open to those the conditions name, and to admins', async () => {
    const room = `rooms/${await makeRoom({ owner: alice.id, open: true })}`
    const clients = [await join(room, alice), await join(room, guard), await join(room, admin)]
    for (const persona of [bob, undefined])
      expect(await (await open(persona)).request({ type: 'join', channel: room })).toMatchObject({ code: 'forbidden' })
    expect(await clients[1]!.request(send(room))).toMatchObject({ code: 'forbidden' })
    await clients[0]!.request(send(room))
    for (const client of clients.slice(1)) expect((await client.next('message')).payload).toBe('hi')
  })

  /** Who is put out hears of it, and of nothing after it. */
  async function expectPutOut(client: ChannelClient, channel: string, sender: ChannelClient): Promise<void> {
    const error = await client.next('error')
    expect(error).toMatchObject({ channel, code: 'forbidden' })
    client.received.length = 0
    await sender.request(send(channel, 'secret'))
    expect(await client.request({ type: 'join', channel })).toMatchObject({ type: 'error', code: 'forbidden' })
    expect(await client.heard()).not.toContain('secret')
  }

  it('close when the record no longer matches', async () => {
    const id = await makeRoom({ owner: alice.id })
    const client = await join(`rooms/${id}`, alice, { name: 'Alice' })
    const watcher = await join(`rooms/${id}`, admin)
    await record('PATCH', `rooms/records/${id}`, { open: false })
    await client.request(send(`rooms/${id}`, 'still in'))
    expect((await watcher.next('message')).payload).toBe('still in')
    await record('PATCH', `rooms/records/${id}`, { owner: bob.id })
    await expectPutOut(client, `rooms/${id}`, watcher)
    expect((await watcher.next('left')).member.user).toBe(alice.id)
  })

  it('close for everybody when the record is deleted', async () => {
    const id = await makeRoom({ owner: alice.id })
    const [client, watcher] = [await join(`rooms/${id}`, alice), await join(`rooms/${id}`, admin)]
    await record('DELETE', `rooms/records/${id}`)
    await expectPutOut(client, `rooms/${id}`, watcher)
    expect(await watcher.next('error')).toMatchObject({ channel: `rooms/${id}` })
  })

  it('close when a related record is what opened them', async () => {
    const id = await makeRoom({})
    const guest = await record('POST', 'guests/records', { room: id, user: bob.id })
    const [client, watcher] = [await join(`rooms/${id}`, bob), await join(`rooms/${id}`, admin)]
    await record('DELETE', `guests/records/${guest.id}`)
    await expectPutOut(client, `rooms/${id}`, watcher)
  })

  it('close when the user changes', async () => {
    const id = await makeRoom({ team: 'blue' })
    await record('PATCH', `users/records/${bob.id}`, { team: 'blue' })
    const [client, watcher] = [await join(`rooms/${id}`, bob), await join(`rooms/${id}`, admin)]
    await record('PATCH', `users/records/${bob.id}`, { team: 'green' })
    await expectPutOut(client, `rooms/${id}`, watcher)
  })

  it('close when the database is changed by hand', async () => {
    const id = await makeRoom({ owner: alice.id })
    const [client, watcher] = [await join(`rooms/${id}`, alice), await join(`rooms/${id}`, admin)]
    await server.database.run({ text: 'update public.rooms set "owner" = null where id = $1', values: [id] })
    await expectPutOut(client, `rooms/${id}`, watcher)
  })

  it('close when their rules change, for those the new ones do not name', async () => {
    const id = await makeRoom({ owner: alice.id, open: true })
    const [client, guarding] = [await join(`rooms/${id}`, alice), await join(`rooms/${id}`, guard)]
    const [, , rooms] = channels
    const body = { ...rooms, rules: rooms!.rules.slice(0, 1) }
    const options = { token: admin.token, body }
    expect((await server.request('PUT', '/api/v1/admin/channels/rooms', options)).status).toBe(200)
    try {
      await expectPutOut(guarding, `rooms/${id}`, client)
      expect(await client.heard()).not.toContain('error')
    } finally {
      await server.request('PUT', '/api/v1/admin/channels/rooms', { token: admin.token, body: rooms })
    }
  })
})

describe('limits', () => {
  it('hold one connection to so many channels', async () => {
    const client = await open(admin)
    const ids = await Promise.all(Array.from({ length: limits.channelsPerSocket }, () => makeRoom({})))
    const joins = await Promise.all(ids.map((id) => client.request({ type: 'join', channel: `rooms/${id}` })))
    expect(joins.filter(({ type }) => type === 'ok')).toHaveLength(limits.channelsPerSocket)
    await vi.waitFor(
      async () =>
        expect(await client.request({ type: 'join', channel: 'lobby' })).toMatchObject({ code: 'query_too_complex' }),
      { timeout: 20_000, interval: 300 },
    )
    await client.request({ type: 'leave', channel: `rooms/${ids[0]}` })
    await vi.waitFor(
      async () => expect(await client.request({ type: 'join', channel: 'lobby' })).toMatchObject({ type: 'ok' }),
      { timeout: 20_000, interval: 300 },
    )
  })

  it('hold what is sent to a size', async () => {
    const [from, to] = [await join('lobby', alice), await join('lobby', bob)]
    const fits = 'x'.repeat(limits.channelMessageBytes - 2)
    expect(await from.request(send('lobby', fits))).toMatchObject({ type: 'ok' })
    expect((await to.next('message')).payload).toBe(fits)
    expect(await from.request(send('lobby', `${fits}x`))).toMatchObject({ code: 'body_too_large' })
    expect(await from.request(send('lobby', 'é'.repeat(limits.channelMessageBytes / 2)))).toMatchObject({
      code: 'body_too_large',
    })
    const state = { text: 'x'.repeat(1100) }
    expect(await from.request({ type: 'presence', channel: 'lobby', state })).toMatchObject({ code: 'body_too_large' })
    expect(await from.request({ ...send('lobby'), event: 'x'.repeat(101) } as RealtimeRequest)).toMatchObject({
      code: 'invalid_value',
    })
  })
})
