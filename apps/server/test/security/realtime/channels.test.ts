import { limits, type RealtimeReply, type RealtimeRequest } from '@holdfast/contract'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type ChannelClient, connect } from '../../support/channel-client.js'
import type { TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'

vi.setConfig({ testTimeout: 120_000 })

const canary = 'CANARY-of-the-north'

let server: TestServer
let admin: Persona
/** One in each tenant, and one in none. */
let ann: Persona
let bea: Persona
let eve: Persona
let north: string
let south: string
const clients: ChannelClient[] = []

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    { name: 'tenants', fields: [{ name: 'name', type: 'text' }] },
    {
      name: 'seats',
      fields: [
        { name: 'tenant', type: 'relation', collection: 'tenants', inverse: 'seats', onDelete: 'cascade' },
        { name: 'user', type: 'relation', collection: 'users', onDelete: 'cascade' },
      ],
    },
  ]))
  ann = await signUp(server, 'ann@example.com')
  bea = await signUp(server, 'bea@example.com', admin, ['clerk'])
  eve = await signUp(server, 'eve@example.com')
  north = (await api('POST', 'collections/tenants/records', { name: 'north' })).id
  south = (await api('POST', 'collections/tenants/records', { name: 'south' })).id
  await api('POST', 'collections/seats/records', { tenant: north, user: ann.id })
  await api('POST', 'collections/seats/records', { tenant: south, user: bea.id })
  const everything = ['join', 'send', 'presence']
  const channels = [
    {
      name: 'tenant',
      collection: 'tenants',
      rules: [{ role: 'user', action: everything, conditions: { 'seats.user': '$user.id' } }],
    },
    { name: 'clerks', rules: [{ role: 'clerk', action: everything }] },
    { name: 'sealed', rules: [] },
    { name: 'open', rules: [{ role: 'public', action: ['join', 'send'] }] },
  ]
  for (const channel of channels) await api('POST', 'admin/channels', channel)
})
afterAll(() => server?.stop())
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()))
})

// biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
async function api(method: string, path: string, body?: unknown): Promise<any> {
  const answer = await server.request(method, `/api/v1/${path}`, {
    token: admin.token,
    ...(body !== undefined && { body }),
  })
  expect(answer.status, answer.text).toBeLessThan(300)
  return answer.json?.data
}

async function open(persona?: Persona): Promise<ChannelClient> {
  const client = await connect(server, persona?.token)
  clients.push(client)
  return client
}

async function join(persona: Persona, channel: string, presence?: { [key: string]: string }): Promise<ChannelClient> {
  const client = await open(persona)
  expect(await client.request({ type: 'join', channel, ...(presence && { presence }) })).toMatchObject({ type: 'ok' })
  return client
}

/** An answer without what marks it as that to one message. */
const bytesOf = (reply: RealtimeReply): string => JSON.stringify({ ...reply, ref: undefined })

const waysIn = (channel: string): RealtimeRequest[] => [
  { type: 'join', channel },
  { type: 'join', channel, presence: { name: 'me' } },
  { type: 'send', channel, event: 'said', payload: 'from outside' },
]

describe('A182: a channel that is not open', () => {
  it('is refused byte for byte like one that is not there', async () => {
    const absent = '01990000-0000-7000-8000-000000000000'
    const names = [
      'nothing',
      'sealed',
      'clerks',
      `tenant/${north}`,
      `tenant/${absent}`,
      `nothing/${north}`,
      'tenant',
      `open/${north}`,
    ]
    for (const persona of [eve, undefined]) {
      const answers = new Set<string>()
      for (const name of names) {
        const client = await open(persona)
        for (const message of waysIn(name)) answers.add(bytesOf(await client.request(message)))
      }
      expect([...answers]).toHaveLength(1)
      expect(JSON.parse([...answers][0]!)).toMatchObject({ type: 'error', code: 'forbidden' })
    }
  })

  it('is not reached by wildcards, prefixes, paths, look-alikes or other spellings of an id', async () => {
    const member = await join(ann, `tenant/${north}`, { name: canary })
    const names = [
      ...[
        '*',
        'tenant/*',
        'tenant/%',
        'tenant/',
        'tenant',
        '#',
        '>',
        '+/+',
        'ten*',
        'tenant/_',
        '%',
        '.*',
        '**',
        'clerk',
        'clerks/',
        'clerks*',
      ],
      ...[
        `tenant/${north.toUpperCase()}`,
        `tenant/{${north}}`,
        `tenant/${north.replaceAll('-', '')}`,
        `tenant//${north}`,
      ],
      ...[
        `tenant/${north}/`,
        `tenant/${north}/x`,
        `tenant/${south}/../${north}`,
        `./tenant/${north}`,
        `/tenant/${north}`,
      ],
      ...[
        ` tenant/${north}`,
        `tenant/${north} `,
        `tenant/${north}\u0001`,
        `tenant/${north}\n`,
        `tenant\u2044${north}`,
        `tenant\uff0f${north}`,
      ],
      ...[
        `TENANT/${north}`,
        `Tenant/${north}`,
        `\uff54enant/${north}`,
        `t\u0435nant/${north}`,
        `tenant\u200b/${north}`,
        `\ufefftenant/${north}`,
      ],
      ...[
        `tenant/${north.slice(0, -1)}`,
        `tenant/${north}0`,
        `tenant/${north},${south}`,
        `tenant/${south},${north}`,
        `tenant/${south}' or '1'='1`,
      ],
      ...[
        '__proto__',
        'constructor',
        'toString',
        `__proto__/${north}`,
        'holdfast',
        'public',
        'schema',
        'auth',
        'changes',
      ],
    ]
    const outsider = await open(bea)
    for (const channel of names) {
      const client = await open(bea)
      for (const message of waysIn(channel))
        expect(await client.request(message), channel).toMatchObject({ type: 'error' })
      expect(await client.heard(), channel).not.toContain(canary)
    }
    await member.request({ type: 'send', channel: `tenant/${north}`, event: 'said', payload: canary })
    expect(await outsider.request({ type: 'join', channel: `tenant/${south}` })).toMatchObject({ type: 'ok' })
    expect(await outsider.heard()).not.toContain(canary)
    expect(await member.heard()).not.toContain('from outside')
  })

  it('shows its presence to nobody who may not see it', async () => {
    await join(ann, `tenant/${north}`, { name: canary })
    const clerk = await join(bea, 'clerks', { name: canary })
    const client = await open(eve)
    for (const channel of [`tenant/${north}`, 'clerks']) {
      for (const message of waysIn(channel)) await client.request(message)
      expect(await client.request({ type: 'presence', channel, state: { name: 'eve' } })).toMatchObject({
        code: 'forbidden',
      })
      expect(await client.request({ type: 'leave', channel })).toMatchObject({ type: 'ok' })
    }
    await clerk.request({ type: 'presence', channel: 'clerks', state: { name: `${canary} 2` } })
    expect(await client.request({ type: 'join', channel: 'open' })).toMatchObject({ type: 'ok' })
    expect(await client.heard()).not.toContain(canary)
    expect(await client.heard()).not.toContain(ann.id)
    expect(await clerk.heard()).not.toContain('eve')
  })

  it('stays closed to a caller who asks for ten thousand', async () => {
    const before = await join(ann, `tenant/${north}`)
    const codes = new Set<string>()
    for (let at = 0; at < 10; at++) {
      const client = await open(eve)
      for (let next = 0; next < 1000; next++)
        client.send(JSON.stringify({ type: 'join', channel: `tenant/${crypto.randomUUID()}${next % 2 ? '' : 'x'}` }))
      await vi.waitFor(() => expect(client.received).toHaveLength(1000), { timeout: 20_000, interval: 20 })
      for (const reply of client.received) codes.add(reply.type === 'error' ? reply.code : reply.type)
      client.drop()
    }
    expect([...codes].sort()).toEqual(['forbidden', 'rate_limited'])
    const after = await join(ann, `tenant/${north}`)
    await before.request({ type: 'send', channel: `tenant/${north}`, event: 'said', payload: 'lives' })
    expect((await after.next('message')).payload).toBe('lives')
  })

  it('counts those it is still asked about', async () => {
    const rooms = await Promise.all(
      Array.from({ length: limits.channelsPerSocket + 20 }, (_, at) =>
        api('POST', 'collections/tenants/records', { name: `t${at}` }),
      ),
    )
    const client = await open(admin)
    const answers = await Promise.all(rooms.map(({ id }) => client.request({ type: 'join', channel: `tenant/${id}` })))
    expect(answers.filter(({ type }) => type === 'ok')).toHaveLength(limits.channelsPerSocket)
  })
})

describe('A182: who sends', () => {
  it('is told by the server, whatever the message says', async () => {
    const [from, to] = [await join(eve, 'open'), await join(ann, 'open')]
    const payload = { from: { user: ann.id }, type: 'left', constructor: 1 }
    const said = { type: 'send', channel: 'open', event: 'presences', payload } as const
    for (const more of ['"from":{"user":null}', '"at":""', '"payload":{"__proto__":{"admin":true}}', '"member":{}']) {
      from.send(`${JSON.stringify(said).slice(0, -1)},${more}}`)
      expect(await from.next('error')).toMatchObject({ type: 'error' })
    }
    expect(await from.request(said)).toMatchObject({ type: 'ok' })
    const message = await to.next('message')
    expect(message).toMatchObject({ type: 'message', event: 'presences', from: { user: eve.id } })
    expect(message.payload).toEqual(payload)
    expect(to.received).toEqual([])
  })

  it('is nobody in particular where nobody is signed in', async () => {
    const [from, to] = [await open(), await join(ann, 'open')]
    await from.request({ type: 'send', channel: 'open', event: 'said', payload: 1 })
    expect((await to.next('message')).from).toMatchObject({ user: null, state: {} })
  })

  it('is slowed down, and heard no more often than it may', async () => {
    const [from, to] = [await join(eve, 'open'), await join(ann, 'open')]
    const startedMs = Date.now()
    const sends = await Promise.all(
      Array.from({ length: 180 }, (_, at) =>
        from.request({ type: 'send', channel: 'open', event: 'said', payload: at }),
      ),
    )
    const accepted = sends.filter(({ type }) => type === 'ok').length
    expect(accepted).toBeGreaterThanOrEqual(100)
    expect(accepted).toBeLessThanOrEqual(100 + ((Date.now() - startedMs) / 1000) * 50 + 1)
    expect(sends.filter((reply) => reply.type === 'error' && reply.code === 'rate_limited')).toHaveLength(
      180 - accepted,
    )
    await vi.waitFor(() => expect(to.received.filter(({ type }) => type === 'message')).toHaveLength(accepted), {
      timeout: 20_000,
    })
  })
})

describe('A178: a right that is taken away', () => {
  it('ends what it opened, presence and messages, before the next message', async () => {
    const [clerk, watcher] = [await join(bea, 'clerks', { name: 'bea' }), await join(admin, 'clerks')]
    await api('PUT', `admin/users/${bea.id}/roles`, { roles: [] })
    try {
      expect(await clerk.next('error')).toMatchObject({ channel: 'clerks', code: 'forbidden' })
      await watcher.request({ type: 'send', channel: 'clerks', event: 'said', payload: canary })
      expect((await watcher.next('left')).member.user).toBe(bea.id)
      const outside = await clerk.request({ type: 'send', channel: 'clerks', event: 'said', payload: 'still here' })
      expect(outside).toMatchObject({ code: 'forbidden' })
      expect(await clerk.request({ type: 'join', channel: 'clerks' })).toMatchObject({ code: 'forbidden' })
      expect(await clerk.heard()).not.toContain(canary)
      expect(await watcher.heard()).not.toContain('still here')
    } finally {
      await api('PUT', `admin/users/${bea.id}/roles`, { roles: ['clerk'] })
    }
  })

  it('ends with the seat that gave it, while others go on', async () => {
    const cleo = await signUp(server, `cleo-${Date.now()}@example.com`)
    const seat = await api('POST', 'collections/seats/records', { tenant: north, user: cleo.id })
    const [leaving, staying] = [await join(cleo, `tenant/${north}`), await join(ann, `tenant/${north}`)]
    await api('DELETE', `collections/seats/records/${seat.id}`)
    expect(await leaving.next('error')).toMatchObject({ channel: `tenant/${north}`, code: 'forbidden' })
    const sender = await join(admin, `tenant/${north}`)
    await sender.request({ type: 'send', channel: `tenant/${north}`, event: 'said', payload: canary })
    expect((await staying.next('message')).payload).toBe(canary)
    expect(await leaving.heard()).not.toContain(canary)
  })

  it('ends with the channel', async () => {
    await api('POST', 'admin/channels', {
      name: 'brief',
      rules: [{ role: 'user', action: ['join', 'send', 'presence'] }],
    })
    const client = await join(ann, 'brief', { name: 'ann' })
    await api('DELETE', 'admin/channels/brief')
    expect(await client.next('error')).toMatchObject({ channel: 'brief', code: 'forbidden' })
    await api('POST', 'admin/channels', { name: 'brief', rules: [{ role: 'clerk', action: 'join' }] })
    expect(await client.request({ type: 'join', channel: 'brief' })).toMatchObject({ code: 'forbidden' })
    await api('DELETE', 'admin/channels/brief')
  })

  it('stays closed after the collection it speaks of is gone, also when another takes its name', async () => {
    const fields = [{ name: 'name', type: 'text' }]
    const define = () => api('POST', 'admin/collections', { name: 'halls', fields })
    await define()
    await api('POST', 'admin/channels', {
      name: 'hall',
      collection: 'halls',
      rules: [{ role: 'user', action: 'join' }],
    })
    const hall = await api('POST', 'collections/halls/records', { name: 'one' })
    const client = await join(ann, `hall/${hall.id}`)
    await api('DELETE', 'admin/collections/halls?acceptDataLoss=true')
    expect(await client.next('error')).toMatchObject({ channel: `hall/${hall.id}`, code: 'forbidden' })
    await define()
    const another = await api('POST', 'collections/halls/records', { name: 'two' })
    for (const persona of [ann, admin])
      expect(await (await open(persona)).request({ type: 'join', channel: `hall/${another.id}` })).toMatchObject({
        code: 'forbidden',
      })
  })

  it('opens nothing by a rule whose field is gone', async () => {
    const fields = [
      { name: 'name', type: 'text' },
      { name: 'open', type: 'boolean' },
    ]
    await api('POST', 'admin/collections', { name: 'desks', fields })
    const rules = [{ role: 'user', action: 'join', conditions: { $not: { open: false } } }]
    await api('POST', 'admin/channels', { name: 'desk', collection: 'desks', rules })
    const desk = await api('POST', 'collections/desks/records', { name: 'one', open: true })
    const client = await join(ann, `desk/${desk.id}`)
    await api('PATCH', 'admin/collections/desks?acceptDataLoss=true', { fields: fields.slice(0, 1) })
    expect(await client.next('error')).toMatchObject({ channel: `desk/${desk.id}`, code: 'forbidden' })
    expect(await client.request({ type: 'join', channel: `desk/${desk.id}` })).toMatchObject({ code: 'forbidden' })
  })
})
