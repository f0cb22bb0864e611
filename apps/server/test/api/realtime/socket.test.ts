import type { RealtimeRequest } from '@holdfast/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sendRaw, type TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'
import { openRaw, openSocket } from '../../support/realtime.js'

let server: TestServer
let admin: Persona
let user: Persona

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    {
      name: 'notes',
      fields: [{ name: 'text', type: 'text' }],
      rules: [
        { role: 'public', action: 'read', conditions: { text: { $startsWith: 'open' } } },
        { role: 'user', action: ['read', 'create'] },
      ],
    },
    { name: 'closed', fields: [{ name: 'text', type: 'text' }] },
  ]))
  user = await signUp(server, 'user@example.com')
})
afterAll(() => server?.stop())

const write = async (text: string): Promise<string> => {
  const { json } = await server.request('POST', '/api/v1/collections/notes/records', {
    token: admin.token,
    body: { text },
  })
  return json.data.id
}
const upgrade = ['connection: upgrade', 'upgrade: websocket']
const notes = { type: 'subscribe', id: 'n', collection: 'notes' } as const

describe('a socket', () => {
  it('tells a subscription of changes, by its name', async () => {
    const client = await openSocket(server, { token: user.token })
    expect(await client.ask(notes)).toEqual({ type: 'ok', ref: expect.any(String) })
    await client.until('ready')
    const id = await write('Ünïcode 🎉')
    const [event] = await client.until('create')
    expect(event).toMatchObject({
      subscription: 'n',
      type: 'create',
      collection: 'notes',
      record: { id, text: 'Ünïcode 🎉' },
      id: expect.any(String),
    })
    client.socket.close()
  })

  it('takes its token in the first message, and is public without one', async () => {
    const [late, none] = [await openSocket(server), await openSocket(server)]
    // Sent at once: what follows a message waits for it.
    late.send({ type: 'auth', token: user.token, ref: 'a' })
    late.send(notes)
    none.send(notes)
    await Promise.all([late.until('ready'), none.until('ready')])
    await write('hidden from the public')
    await write('open to all')
    await late.until('create', 2)
    expect(await none.until('create')).toMatchObject([{ record: { text: 'open to all' } }])
    expect(late.messages[0]).toEqual({ type: 'ok', ref: 'a' })
    for (const client of [late, none]) client.socket.close()
  })

  it('holds many subscriptions, each ended by itself', async () => {
    const client = await openSocket(server, { token: user.token })
    for (const id of ['a', 'b']) await client.ask({ ...notes, id })
    await client.until('ready', 2)
    expect(await client.ask({ ...notes, id: 'a' })).toMatchObject({ type: 'error', code: 'conflict' })
    await write('one')
    await client.until('create', 2)
    expect(await client.ask({ type: 'unsubscribe', id: 'a' })).toMatchObject({ type: 'ok' })
    expect(await client.ask({ type: 'unsubscribe', id: 'a' })).toMatchObject({ type: 'error', code: 'not_found' })
    await write('two')
    const told = (await client.until('create', 3)) as { subscription?: string }[]
    expect(told.map(({ subscription }) => subscription).sort()).toEqual(['a', 'b', 'b'])
    expect(await client.ask({ ...notes, id: 'a' })).toMatchObject({ type: 'ok' })
    client.socket.close()
  })

  it('answers what it cannot do with an error, and goes on', async () => {
    const client = await openSocket(server, { token: user.token })
    const wrong: [unknown, object][] = [
      ['{', { code: 'malformed_json' }],
      ['[]', { code: 'invalid_body' }],
      ['7', { code: 'invalid_body' }],
      [{ type: 'shout' }, { code: 'invalid_value', errors: [{ path: 'type' }] }],
      [{}, { code: 'invalid_value', errors: [{ path: 'type' }] }],
      [
        { type: 'subscribe', collection: 'notes' },
        { code: 'invalid_value', errors: [{ path: 'id' }] },
      ],
      [
        { ...notes, colection: 'x' },
        { code: 'unknown_field', hint: 'Did you mean collection?' },
      ],
      [
        { ...notes, id: '' },
        { code: 'invalid_value', errors: [{ path: 'id' }] },
      ],
      [{ ...notes, id: 7 }, { code: 'invalid_value' }],
      [
        { ...notes, collection: 7 },
        { code: 'invalid_query', errors: [{ path: 'collection' }] },
      ],
      [{ ...notes, collection: 'nothing' }, { code: 'collection_not_found' }],
      [
        { ...notes, filter: { nothing: 1 } },
        { code: 'unknown_field', errors: [{ path: 'filter.nothing' }] },
      ],
      [{ ...notes, filter: { text: { $regexp: '(' } } }, { code: 'unknown_operator' }],
      [{ ...notes, fields: 'nothing' }, { code: 'unknown_field' }],
      [{ ...notes, since: 'nonsense' }, { code: 'invalid_cursor' }],
      [{ ...notes, collection: 'closed' }, { code: 'forbidden' }],
      [{ type: 'auth', token: 'x' }, { code: 'unauthenticated' }],
      [{ type: 'auth' }, { code: 'invalid_value', errors: [{ path: 'token' }] }],
      [{ type: 'ping', __proto__x: 1 }, { code: 'unknown_field' }],
      ['{"type":"ping","__proto__":{}}', { code: 'forbidden_key' }],
    ]
    for (const [message, problem] of wrong) {
      const count = client.messages.length
      client.socket.send(typeof message === 'string' ? message : JSON.stringify({ ref: 'w', ...(message as object) }))
      await expect.poll(() => client.messages.length).toBe(count + 1)
      expect(client.messages.at(-1), JSON.stringify(message)).toMatchObject({ type: 'error', ...problem })
      if (typeof message !== 'string') expect(client.messages.at(-1)).toMatchObject({ ref: 'w' })
    }
    expect(await client.ask({ type: 'ping' })).toMatchObject({ type: 'pong' })
    expect(client.closed).toBeUndefined()
    client.socket.close()
  })

  it('belongs to one user', async () => {
    const other = await signUp(server, 'other@example.com')
    const client = await openSocket(server, { token: user.token })
    expect(await client.ask({ type: 'auth', token: other.token })).toMatchObject({ code: 'forbidden' })
    expect(await client.ask({ type: 'auth', token: user.token })).toMatchObject({ type: 'ok' })
    client.socket.close()
  })

  it('speaks only text: anything else closes it', async () => {
    const client = await openSocket(server)
    client.socket.send(Buffer.from('{"type":"ping"}'))
    expect(await client.untilClosed()).toEqual({ code: 4400, reason: 'protocol' })
    const large = await openSocket(server)
    large.socket.send(JSON.stringify({ type: 'ping', ref: 'x'.repeat(140_000) }))
    expect((await large.untilClosed()).code).toBe(1009)
  })

  it('is told of events however large, whole', async () => {
    const client = await openSocket(server, { token: user.token })
    await client.ask(notes)
    await client.until('ready')
    const sizes = [1, 60, 125, 126, 200, 65_000, 66_000, 100_000]
    for (const size of sizes) await write('x'.repeat(size))
    const told = (await client.until('create', sizes.length)) as unknown as { record: { text: string } }[]
    expect(told.map(({ record }) => record.text.length)).toEqual(sizes)
    client.socket.close()
  })

  it('is refused like any request where nobody may open one', async () => {
    const refused = (options: Parameters<typeof openSocket>[1]) =>
      openSocket(server, options).then(
        () => 'opened',
        (answer) => answer,
      )
    expect(await refused({ token: 'nonsense' })).toMatchObject({ status: 401, body: { code: 'unauthenticated' } })
    expect(await refused({ headers: { authorization: 'Basic x' } })).toMatchObject({ status: 401 })
  })

  it('is answered in our words where the handshake is wrong', async () => {
    const answerTo = (...head: string[]) =>
      new Promise<string>((resolve) => {
        let text = ''
        openRaw(server, head)
          .on('data', (chunk) => {
            text += chunk
          })
          .on('close', () => resolve(text))
      })
    const noKey = await answerTo(...upgrade, 'sec-websocket-version: 13')
    expect(noKey).toMatch(/^HTTP\/1\.1 400 .*application\/problem\+json.*"code":"malformed_request"/s)
    expect(await answerTo(...upgrade, 'host: other', 'sec-websocket-version: 13')).toMatch(/^HTTP\/1\.1 400 /)
  })
})

describe('a request that asks to be upgraded', () => {
  it('is answered as if it had not asked, where there is no WebSocket or it is another protocol', async () => {
    const request = (path: string, protocol: string) =>
      sendRaw(server.url, `GET ${path} HTTP/1.1\r\nhost: x\r\n${upgrade.at(0)}\r\nupgrade: ${protocol}\r\n\r\n`)
    expect(await request('/api/v1/collections/notes/records', 'websocket')).toMatch(/^HTTP\/1\.1 200 /)
    expect(await request('/api/v1/nothing', 'websocket')).toMatch(/^HTTP\/1\.1 404 /)
    expect(await request('/api/v1/realtime?collection=nothing', 'h2c')).toMatch(/^HTTP\/1\.1 404 /)
    expect(await request('/%ff/x', 'websocket')).toMatch(/^HTTP\/1\.1 40/)
  })
})

describe('messages', () => {
  it('without a ref get no answer but an error', async () => {
    const client = await openSocket(server, { token: user.token })
    client.send(notes)
    client.send({ type: 'unsubscribe', id: 'n' })
    client.send({ type: 'unsubscribe', id: 'n' } as RealtimeRequest)
    await client.until('error')
    expect(client.messages.filter(({ type }) => type === 'ok')).toEqual([])
    client.socket.close()
  })
})
