import { setTimeout as sleep } from 'node:timers/promises'
import type { RealtimeEvent } from '@holdfast/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OpenConnections } from '../../../src/realtime/connections/open-connections.js'
import { startServer, type TestServer } from '../../support/index.js'
import { type Persona, password, signUp, startServerWith } from '../../support/personas.js'
import { openSocket, openStream, type SocketClient, type StreamClient } from '../../support/realtime.js'

let one: TestServer
let two: TestServer
let admin: Persona
let count = 0

beforeAll(async () => {
  const env = { PUBLIC_URL: 'http://holdfast.test' }
  ;({ server: one, admin } = await startServerWith(
    [
      {
        name: 'notes',
        fields: [{ name: 'text', type: 'text' }],
        rules: [
          { role: 'user', action: 'read', conditions: { text: { $startsWith: 'user' } } },
          { role: 'guard', action: 'read' },
        ],
      },
    ],
    env,
  ))
  two = await startServer({ DATABASE_URL: one.databaseUrl, ...env })
})
afterAll(async () => {
  await two?.stop()
  await one?.stop()
})

const write = async (text: string): Promise<void> => {
  const path = '/api/v1/collections/notes/records'
  expect((await one.request('POST', path, { token: admin.token, body: { text } })).status).toBe(201)
}

interface Connected {
  readonly person: Persona
  readonly email: string
  readonly socket: SocketClient
  readonly stream: StreamClient
}

/** Somebody who is told of changes by both nodes, over a socket and a stream. */
async function connect(roles: readonly string[] = []): Promise<Connected> {
  const email = `person${++count}@example.com`
  const person = await signUp(one, email, admin, roles)
  const socket = await openSocket(two, { token: person.token })
  await socket.ask({ type: 'subscribe', id: 'n', collection: 'notes' })
  const stream = await openStream(one, { collection: 'notes' }, { token: person.token })
  await Promise.all([socket.until('ready'), stream.until('ready')])
  return { person, email, socket, stream }
}

const textsOf = ({ socket, stream }: Connected) => {
  const told = [...socket.messages, ...stream.blocks.flatMap(({ data }) => (data ? [JSON.parse(data)] : []))]
  return told.flatMap((event) => ('record' in event ? [event.record.text] : []))
}

/** The events of each of the two connections so far. */
const toldBy = ({ socket, stream }: Connected): (() => RealtimeEvent[])[] => [
  () => socket.messages.filter((message): message is RealtimeEvent => 'at' in message),
  () => stream.blocks.flatMap(({ event, data }) => (event === undefined && data ? [JSON.parse(data)] : [])),
]

/** Both connections end within a second or so, saying why, and are not told of what is written after it. */
async function expectEnd(connected: Connected, revoke: () => Promise<unknown>): Promise<void> {
  const { socket, stream } = connected
  await write('user before')
  await Promise.all([socket.until('create'), stream.until('create')])
  await revoke()
  await write('user after')
  expect(await socket.untilClosed()).toEqual({ code: 4401, reason: 'unauthenticated' })
  await stream.untilEnded()
  expect(socket.messages.at(-1)).toMatchObject({ type: 'error', code: 'unauthenticated' })
  expect(stream.blocks.at(-1)).toMatchObject({ event: 'error', data: expect.stringContaining('unauthenticated') })
  expect(textsOf(connected)).toEqual(['user before', 'user before'])
  const again = openSocket(two, { token: connected.person.token })
  await expect(again).rejects.toMatchObject({ status: 401 })
}

describe('A178: a connection ends with what it was opened by', () => {
  it('the session, by signing out', async () => {
    const connected = await connect()
    await expectEnd(connected, () => one.request('POST', '/api/v1/auth/logout', { token: connected.person.token }))
  })

  it('the session, by another password', async () => {
    const connected = await connect()
    const login = await one.request('POST', '/api/v1/auth/login', { body: { email: connected.email, password } })
    await expectEnd(connected, () =>
      one.request('POST', '/api/v1/auth/password/change', {
        token: login.json.data.accessToken,
        body: { current: password, password: 'another password' },
      }),
    )
  })

  it('the user, who is deleted', async () => {
    const connected = await connect()
    const path = `/api/v1/collections/users/records/${connected.person.id}`
    await expectEnd(connected, () => one.request('DELETE', path, { token: admin.token }))
  })

  it('the session, by a statement in the database', async () => {
    const connected = await connect()
    await expectEnd(connected, async () => {
      const text = 'update holdfast.sessions set revoked_at = now() where user_id = $1'
      await one.database.run({ text, values: [connected.person.id] })
      // Nobody but the database knows: its signal is under way, and gets here when it does.
      await Promise.all([connected.socket.untilClosed(), connected.stream.untilEnded()])
    })
  })

  it('also while signals do not arrive', async () => {
    const connected = await connect()
    const cut = `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'holdfast signals' and datname = current_database()`
    await one.database.run({ text: cut, values: [] })
    await one.request('POST', '/api/v1/auth/logout', { token: connected.person.token })
    expect((await connected.socket.untilClosed()).code).toBe(4401)
    await connected.stream.untilEnded()
  })
})

describe('A178: a role that is taken away', () => {
  it('reaches open connections: what it opened is told no more, what is still open is', async () => {
    const connected = await connect(['guard'])
    const { socket, stream, person } = connected
    await write('guards only')
    await Promise.all([socket.until('create'), stream.until('create')])
    const path = `/api/v1/admin/users/${person.id}/roles`
    const { status } = await one.request('PUT', path, { token: admin.token, body: { roles: [] } })
    expect(status).toBe(200)
    await Promise.all([socket.until('reset'), stream.until('reset')])
    await write('guards again')
    await write('user again')
    await Promise.all([socket.until('create', 2), stream.until('create', 2)])
    expect(textsOf(connected)).toEqual(['guards only', 'user again', 'guards only', 'user again'])
    expect(socket.closed).toBeUndefined()
    expect(stream.ended).toBe(false)
    socket.socket.close()
    stream.close()
  })

  it('never lets an event through that was judged by it', async () => {
    const connected = await connect(['guard'])
    const { socket, stream, person } = connected
    let taken = false
    const writing = (async () => {
      for (let at = 0; at < 40; at++) await write(taken ? `guards late ${at}` : `guards ${at}`)
    })()
    await stream.until('create')
    const path = `/api/v1/admin/users/${person.id}/roles`
    await one.request('PUT', path, { token: admin.token, body: { roles: [] } })
    // The node that took it away answers when it knows; the other hears of it by signal.
    taken = true
    await writing
    // What was written before is for them to read once they are ready again; what comes then they are told.
    await Promise.all([socket.until('ready', 2), stream.until('ready', 2)])
    await write('user at the end')
    for (const told of toldBy(connected)) {
      const end = () => told().filter(({ record }) => record?.['text'] === 'user at the end')
      await expect.poll(() => end().length, { timeout: 60_000 }).toBe(1)
      const reset = told().findIndex(({ type }) => type === 'reset')
      const after = told().slice(reset)
      expect(after.flatMap(({ record }) => (record ? [record['text']] : []))).toEqual(['user at the end'])
    }
    const late = stream.blocks.filter(({ data }) => data?.includes('guards late'))
    expect(late).toEqual([])
    socket.socket.close()
    stream.close()
  })
})

describe('A178: while it is not known who is behind a connection', () => {
  it('it is told nothing, and of that afterwards only what still holds', async () => {
    const connected = await connect(['guard'])
    const fences = [await openSocket(one, { token: admin.token }), await openSocket(two, { token: admin.token })]
    for (const fence of fences) {
      await fence.ask({ type: 'subscribe', id: 'n', collection: 'notes' })
      await fence.until('ready')
    }
    const locked = Promise.withResolvers<void>()
    const found = Promise.withResolvers<void>()
    const locking = one.database.transaction(async (tx) => {
      await tx.run({ text: `set local idle_in_transaction_session_timeout = '60s'`, values: [] })
      await tx.run({ text: 'lock table holdfast.sessions in access exclusive mode', values: [] })
      locked.resolve()
      await found.promise
    })
    try {
      await locked.promise
      const sql = (text: string, values: string[]) => one.database.run({ text, values })
      await sql('delete from holdfast.user_roles where user_id = $1', [connected.person.id])
      const own = [one, two].flatMap(({ app }) =>
        [...app.get(OpenConnections, { strict: false }).list()].filter(
          ({ principal }) => principal.kind === 'user' && principal.userId === connected.person.id,
        ),
      )
      expect(own).toHaveLength(2)
      await expect.poll(() => own.every(({ isHeld }) => isHeld), { timeout: 30_000, interval: 5 }).toBe(true)
      await sql('insert into public.notes (text) values ($1)', ['guards late'])
      for (const fence of fences) await fence.until('create')
      expect(textsOf(connected)).toEqual([])
    } finally {
      found.resolve()
      await locking
    }
    await Promise.all([connected.socket.until('ready', 2), connected.stream.until('ready', 2)])
    await write('user now')
    await Promise.all([connected.socket.until('create'), connected.stream.until('create')])
    expect(textsOf(connected)).toEqual(['user now', 'user now'])
    for (const { socket } of [connected.socket, ...fences]) socket.close()
    connected.stream.close()
  })
})

describe('A178: a token that expires', () => {
  let short: TestServer
  beforeAll(async () => {
    short = await startServer({
      DATABASE_URL: one.databaseUrl,
      PUBLIC_URL: 'http://holdfast.test',
      ACCESS_TOKEN_TTL_SECONDS: '10',
    })
  })
  afterAll(() => short?.stop())

  it('closes the connection, unless a new one is shown in time', async () => {
    const body = { email: `person${++count}@example.com`, password }
    const { json } = await short.request('POST', '/api/v1/auth/signup', { body })
    const { accessToken: token } = json.data
    let { refreshToken } = json.data
    const clients = await Promise.all([openSocket(short, { token }), openSocket(short, { token })])
    const [kept, lost] = clients
    const stream = await openStream(short, { collection: 'notes' }, { token })
    for (const client of clients) await client.ask({ type: 'subscribe', id: 'n', collection: 'notes' })
    // Shown again and again, so that a slow machine finds it valid at the end.
    for (let renewals = 0; renewals === 0 || !lost.closed; renewals++) {
      await sleep(1000)
      const refreshed = await short.request('POST', '/api/v1/auth/refresh', { body: { refreshToken } })
      refreshToken = refreshed.json.data.refreshToken
      const renewal = { type: 'auth', token: refreshed.json.data.accessToken } as const
      expect(await kept.ask(renewal)).toMatchObject({ type: 'ok' })
    }
    expect(await lost.untilClosed()).toEqual({ code: 4401, reason: 'token_expired' })
    await stream.untilEnded()
    expect(stream.blocks.at(-1)).toMatchObject({ event: 'error', data: expect.stringContaining('token_expired') })
    await write('user still')
    await kept.until('create')
    expect(kept.closed).toBeUndefined()
    kept.socket.close()
  })

  it('does not open one', async () => {
    await expect(openSocket(one, { token: 'x.y.z' })).rejects.toMatchObject({ status: 401 })
  })
})
