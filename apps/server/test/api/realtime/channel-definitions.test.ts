import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'

const path = '/api/v1/admin/channels'

let server: TestServer
let admin: Persona

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    {
      name: 'rooms',
      fields: [
        { name: 'title', type: 'text' },
        { name: 'owner', type: 'relation', collection: 'users' },
      ],
    },
  ]))
})
afterAll(() => server?.stop())

const ask = (method: string, name = '', body?: unknown, as = admin) =>
  server.request(method, name === '' ? path : `${path}/${name}`, {
    token: as.token,
    ...(body !== undefined && { body }),
  })

const lobby = {
  name: 'lobby',
  description: 'Where all meet',
  rules: [{ role: 'user', action: ['join', 'send', 'presence'] }],
}
const rooms = {
  name: 'rooms',
  collection: 'rooms',
  rules: [
    { role: 'user', action: 'join', conditions: { owner: '$user.id' } },
    { role: 'guard', action: ['join', 'send'] },
  ],
}

describe('channels of admins', () => {
  it('are made, read, replaced and removed', async () => {
    expect(await ask('POST', '', lobby)).toMatchObject({ status: 201, json: { data: lobby } })
    expect(await ask('POST', '', rooms)).toMatchObject({ status: 201, json: { data: rooms } })
    expect((await ask('GET')).json).toEqual({ data: [lobby, rooms] })
    expect((await ask('GET', 'rooms')).json).toEqual({ data: rooms })
    const closed = { name: 'lobby', rules: [] }
    expect(await ask('PUT', 'lobby', { rules: [] })).toMatchObject({ status: 200, json: { data: closed } })
    expect((await ask('GET', 'lobby')).json).toEqual({ data: closed })
    expect(await ask('DELETE', 'lobby')).toMatchObject({ status: 200, json: { data: closed } })
    for (const method of ['GET', 'DELETE']) expect((await ask(method, 'lobby')).json.code).toBe('not_found')
    expect((await ask('PUT', 'lobby', lobby)).json.code).toBe('not_found')
  })

  it('have names of their own, without regard to case', async () => {
    expect(await ask('POST', '', { ...rooms, name: 'ROOMS' })).toMatchObject({ status: 422 })
    expect(await ask('POST', '', { ...rooms, name: 'roomS' })).toMatchObject({
      status: 409,
      json: { code: 'conflict' },
    })
    const renamed = await ask('PUT', 'rooms', { ...rooms, name: 'halls' })
    expect(renamed.json).toMatchObject({ code: 'invalid_definition', errors: [{ path: 'name' }] })
  })

  it('are refused with all that is wrong, and where', async () => {
    const { status, json } = await ask('POST', '', {
      name: 'Bad name',
      collection: 'room',
      colour: 'red',
      rules: [
        { role: 'user', action: 'read' },
        { role: 'admin', action: [] },
        { action: 'join' },
        { role: 'user', action: ['join', 'join'], condition: {} },
        'join',
      ],
    })
    expect(status).toBe(422)
    expect(json.errors.map(({ path: at, code }: { path: string; code: string }) => `${at} ${code}`)).toEqual([
      'colour unknown_key',
      'rules.0.action wrong_type',
      'rules.1.role reserved_name',
      'rules.1.action too_few',
      'rules.2.role required',
      'rules.3.condition unknown_key',
      'rules.4 wrong_type',
    ])
    expect(json.errors[5].message).toContain('Did you mean conditions?')
  })

  it.each([
    [{ name: 'x', collection: 'room' }, 'collection', 'Did you mean rooms?'],
    [
      { name: 'x', collection: 'rooms', rules: [{ role: 'user', action: 'join', conditions: { titel: 'a' } }] },
      'rules.0.conditions.titel',
      'titel',
    ],
    [
      { name: 'x', collection: 'rooms', rules: [{ role: 'user', action: 'join', conditions: {} }] },
      'rules.0.conditions',
      'empty',
    ],
    [
      {
        name: 'x',
        collection: 'rooms',
        rules: [{ role: 'user', action: 'join', conditions: { owner: '$user.nobody' } }],
      },
      'rules.0.conditions.owner',
      'nobody',
    ],
    [
      { name: 'x', rules: [{ role: 'user', action: 'join', conditions: { id: 'a' } }] },
      'rules.0.conditions',
      'about a record',
    ],
    [{ name: '1x' }, 'name', 'a name begins'],
    [{ rules: [] }, 'name', 'required'],
    [{ name: 'x', rules: {} }, 'rules', 'list'],
    [[], '', 'object'],
  ])('are refused: %j', async (body, at, message) => {
    const { status, json } = await ask('POST', '', body)
    expect({ status, errors: json.errors }).toMatchObject({ status: 422, errors: [{ path: at }] })
    expect(json.errors[0].message).toContain(message)
  })

  it('are for admins only', async () => {
    const user = await signUp(server, 'user@example.com')
    for (const [method, name] of [
      ['GET', ''],
      ['POST', ''],
      ['GET', 'rooms'],
      ['PUT', 'rooms'],
      ['DELETE', 'rooms'],
    ] as const) {
      expect((await ask(method, name, method === 'GET' ? undefined : rooms, user)).status).toBe(403)
      expect((await server.request(method, name === '' ? path : `${path}/${name}`)).status).toBe(401)
    }
  })

  it('go with their collection when it is renamed', async () => {
    await ask('POST', '', { ...rooms, name: 'follow' })
    const renamed = await server.request('PATCH', '/api/v1/admin/collections/rooms', {
      token: admin.token,
      body: { name: 'halls' },
    })
    expect(renamed.status).toBe(200)
    expect((await ask('GET', 'follow')).json.data.collection).toBe('halls')
    expect((await ask('PUT', 'follow', { ...rooms, name: 'follow', collection: 'halls' })).status).toBe(200)
  })

  it('are known to other nodes', async () => {
    const other = await startServer({ DATABASE_URL: server.databaseUrl, PUBLIC_URL: server.config.publicUrl })
    try {
      await ask('POST', '', { name: 'everywhere', rules: [] })
      await expect
        .poll(async () => (await other.request('GET', `${path}/everywhere`, { token: admin.token })).status, {
          timeout: 10_000,
        })
        .toBe(200)
    } finally {
      await other.stop()
    }
  })
})
