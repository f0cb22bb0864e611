import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { DeliveryLog } from '../../../src/webhooks/deliveries/delivery-log.js'
import { type Receiver, startReceiver } from '../../security/outbound/receiver.js'
import { define } from '../../support/personas.js'
import { eventually, Hooks, payloads, received } from './hooks.js'

let hooks: Hooks
let receiver: Receiver

beforeAll(async () => {
  hooks = await Hooks.start()
  receiver = await startReceiver()
})
afterAll(async () => {
  receiver?.close()
  await hooks?.server.stop()
})
afterEach(async () => {
  for (const { id } of await hooks.send('GET', '/admin/webhooks?limit=1000'))
    await hooks.send('DELETE', `/admin/webhooks/${id}`)
})

const consumers = () => hooks.sql('select name from holdfast.change_consumers')

describe('webhooks', () => {
  it('are made, listed, changed and deleted; the secret is shown once', async () => {
    const webhook = { description: 'To the shop', filter: { status: 'published' }, fields: ['title'], ordered: true }
    const { secret, ...made } = await hooks.create(receiver.port, webhook)
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(made).toEqual({
      ...{ id: expect.any(String), url: `http://127.0.0.1:${receiver.port}/hook`, collection: 'posts' },
      ...{ ...webhook, events: ['create', 'update', 'delete'], enabled: true, disabledReason: null },
      ...{ createdAt: expect.any(String), secretHints: [secret.slice(-5)] },
    })
    expect(await hooks.send('GET', '/admin/webhooks')).toEqual([made])
    const second = await hooks.create(receiver.port, { events: ['create'] })
    const page = await hooks.request('GET', '/admin/webhooks?limit=1')
    expect(page.json).toMatchObject({ data: [{ id: second.id }], meta: { nextCursor: second.id } })
    const changed = await hooks.send('PATCH', `/admin/webhooks/${made.id}`, {
      filter: null,
      fields: null,
      events: ['delete'],
    })
    const { filter: _filter, fields: _fields, ...rest } = made
    expect(changed).toEqual({ ...rest, events: ['delete'] })
    expect(await hooks.send('GET', `/admin/webhooks/${made.id}`)).toEqual(changed)
    await hooks.send('DELETE', `/admin/webhooks/${made.id}`)
    for (const method of ['GET', 'PATCH', 'DELETE'])
      expect(
        (await hooks.request(method, `/admin/webhooks/${made.id}`, { body: method === 'PATCH' ? {} : undefined }))
          .status,
      ).toBe(404)
  })

  it('say which setting opens what is closed, and what is missing', async () => {
    const refused = async (body: object) => (await hooks.request('POST', '/admin/webhooks', { body })).json
    const rest = { collection: 'posts', events: ['create'] }
    expect(await refused({ url: 'http://10.0.0.1/', ...rest })).toMatchObject({
      hint: expect.stringContaining('OUTBOUND_ALLOW'),
    })
    expect(await refused({ url: 'https://example.com', events: ['create'] })).toMatchObject({
      errors: [{ path: 'collection', code: 'required', message: 'collection is required' }],
    })
  })

  it.each([
    ['url', { url: 'http://10.0.0.1/' }],
    ['url', { url: 'ftp://example.com/' }],
    ['url', { url: 'http://user:password@example.com/' }],
    ['url', { url: 5 }],
    ['collection', { collection: 'nothing' }],
    ['events', { events: [] }],
    ['events', { events: ['read'] }],
    ['filter.nothing', { filter: { nothing: 1 } }],
    ['filter.views.$like', { filter: { views: { $like: 'x' } } }],
    ['fields.1', { fields: ['title', 'nothing'] }],
    ['surprise', { surprise: 1 }],
  ])('are refused for a wrong %s, at create and at change', async (path, wrong) => {
    const right = { url: `http://127.0.0.1:${receiver.port}/`, collection: 'posts', events: ['create'] }
    const created = await hooks.request('POST', '/admin/webhooks', { body: { ...right, ...wrong } })
    expect(created.status, created.text).toBeGreaterThanOrEqual(400)
    expect(created.status).toBeLessThan(500)
    expect(created.json.errors[0].path).toBe(path)
    const { id } = await hooks.create(receiver.port)
    const changed = await hooks.request('PATCH', `/admin/webhooks/${id}`, { body: wrong })
    expect([changed.status, changed.json.errors[0].path]).toEqual([created.status, path])
  })

  it('are refused for collections that do not log their changes', async () => {
    const quiet = { name: 'quiet', fields: [{ name: 'a', type: 'text' as const }], changeLog: 'off' as const }
    await define(hooks.server, hooks.admin, [quiet])
    const body = { url: `http://127.0.0.1:${receiver.port}/`, collection: 'quiet', events: ['create'] }
    const { status, json } = await hooks.request('POST', '/admin/webhooks', { body })
    expect([status, json.code]).toEqual([409, 'realtime_unavailable'])
  })

  it('can be made, rotated and deleted by many at once', async () => {
    const made = await Promise.all(
      Array.from({ length: 20 }, () => hooks.create(receiver.port, { events: ['delete'] })),
    )
    await Promise.all(made.map(({ id }) => hooks.send('POST', `/admin/webhooks/${id}/rotate-secret`, {})))
    await Promise.all(made.map(({ id }) => hooks.send('DELETE', `/admin/webhooks/${id}`)))
    expect(await consumers()).toEqual([])
  })

  it('have the log read only while one of them is enabled', async () => {
    expect(await consumers()).toEqual([])
    const { id } = await hooks.create(receiver.port)
    expect(await consumers()).toEqual([['webhooks']])
    await hooks.send('PATCH', `/admin/webhooks/${id}`, { enabled: false })
    expect(await consumers()).toEqual([])
    await hooks.post({ title: 'unheard' })
    await hooks.send('PATCH', `/admin/webhooks/${id}`, { enabled: true })
    expect(await consumers()).toEqual([['webhooks']])
    const from = receiver.received.length
    await hooks.post({ title: 'heard' })
    expect(payloads(await received(receiver, from + 1))[from].data.record.title).toBe('heard')
    await hooks.send('DELETE', `/admin/webhooks/${id}`)
    expect(await consumers()).toEqual([])
  })

  it('do not get changes from before they were made, though another webhook has yet to', async () => {
    await hooks.create(receiver.port)
    const late = await startReceiver()
    const early = Array.from({ length: 30 }, (_, index) => hooks.post({ title: `early ${index}` }))
    await Promise.all(early)
    await hooks.create(late.port)
    await hooks.post({ title: 'late' })
    expect(payloads(await received(late, 1)).map(({ data }) => data.record.title)).toEqual(['late'])
    late.close()
  })

  it('sign with both secrets while one takes over from the other', async () => {
    const { id, secret: first } = await hooks.create(receiver.port)
    const { secret: second, secretHints } = await hooks.send('POST', `/admin/webhooks/${id}/rotate-secret`, {})
    expect(secretHints).toEqual([second.slice(-5), first.slice(-5)])
    let from = receiver.received.length
    await hooks.post()
    let { body, headers } = (await received(receiver, from + 1))[from]!
    for (const secret of [first, second]) new Webhook(secret).verify(body, headers as Record<string, string>)
    const { secret: third } = await hooks.send('POST', `/admin/webhooks/${id}/rotate-secret`, { keepOldForHours: 0 })
    from = receiver.received.length
    await hooks.post()
    ;({ body, headers } = (await received(receiver, from + 1))[from]!)
    new Webhook(third).verify(body, headers as Record<string, string>)
    for (const secret of [first, second])
      expect(() => new Webhook(secret).verify(body, headers as Record<string, string>)).toThrow(/No matching signature/)
  })

  it('can be tested: the answer says how it went, and so does the log', async () => {
    const { id, secret } = await hooks.create(receiver.port, { enabled: false })
    const from = receiver.received.length
    expect(await hooks.send('POST', `/admin/webhooks/${id}/test`)).toMatchObject({
      status: 200,
      error: null,
      response: 'received',
    })
    const { body, headers } = receiver.received[from]!
    expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({ type: 'test' })
    await hooks.send('PATCH', `/admin/webhooks/${id}`, { url: 'http://127.0.0.1:1/' })
    const failed = await hooks.send('POST', `/admin/webhooks/${id}/test`)
    expect(failed).toMatchObject({ status: null, response: null, error: 'The receiver could not be reached' })
    const log = await hooks.deliveries(id)
    expect(log.map(({ event, state, record }) => [event, state, record])).toEqual([
      ['test', 'failed', null],
      ['test', 'delivered', null],
    ])
  })

  it('are disabled by 410, keep what waits, and go on when they are enabled', async () => {
    let status = 410
    const gone = await startReceiver((response) => {
      response.statusCode = status
      response.end()
    })
    const { id } = await hooks.create(gone.port)
    await hooks.post({ title: 'first' })
    await eventually(async () =>
      expect(await hooks.send('GET', `/admin/webhooks/${id}`)).toMatchObject({
        enabled: false,
        disabledReason: 'The receiver answered 410 Gone',
      }),
    )
    expect(await hooks.deliveries(id)).toMatchObject([{ state: 'failed' }])
    status = 200
    const [{ id: delivery }] = await hooks.deliveries(id)
    await hooks.send('POST', `/admin/webhooks/${id}/deliveries/${delivery}/resend`)
    const enabled = await hooks.send('PATCH', `/admin/webhooks/${id}`, { enabled: true })
    expect(enabled).toMatchObject({ enabled: true, disabledReason: null })
    await eventually(async () => expect(await hooks.deliveries(id)).toMatchObject([{ state: 'delivered' }]))
    gone.close()
  })

  it('are disabled when nothing has arrived for five days', async () => {
    const { id } = await hooks.create(1)
    await hooks.post({ title: 'lost' })
    await eventually(async () => expect((await hooks.deliveries(id))[0]?.attempts).toHaveLength(1))
    await hooks.sql(`update holdfast.webhooks set failing_since = now() - interval '6 days' where id = $1`, id)
    await hooks.hurry(id)
    await eventually(async () =>
      expect(await hooks.send('GET', `/admin/webhooks/${id}`)).toMatchObject({
        enabled: false,
        disabledReason: 'Nothing has arrived for five days',
      }),
    )
  })

  it('that the database cannot judge do not hold up the others for long', async () => {
    const broken = await hooks.create(receiver.port, { filter: { 'label.name': 'x' } })
    const from = receiver.received.length
    await hooks.create(receiver.port)
    await hooks.sql('alter table public.labels rename column name to nom')
    const { id } = await hooks.post({ title: 'held up' })
    await eventually(async () =>
      expect(await hooks.send('GET', `/admin/webhooks/${broken.id}`)).toMatchObject({
        enabled: false,
        disabledReason: 'The database could not answer its filter',
      }),
    )
    expect(payloads(await received(receiver, from + 1))[from].data.record.id).toBe(id)
    await hooks.sql('alter table public.labels rename column nom to name')
  })

  it('have their deliveries for 30 days', async () => {
    const { id } = await hooks.create(receiver.port)
    await hooks.post()
    await hooks.post()
    await eventually(async () => expect(await hooks.deliveries(id, '&state=delivered')).toHaveLength(2))
    const [last] = await hooks.deliveries(id)
    await hooks.sql(
      `update holdfast.webhook_deliveries set created_at = now() - interval '31 days' where id = $1`,
      last.id,
    )
    await hooks.server.app.get(DeliveryLog).purge(new AbortController().signal)
    expect((await hooks.deliveries(id)).map((delivery) => delivery.id)).not.toContain(last.id)
    expect(await hooks.deliveries(id)).toHaveLength(1)
  })

  it('survive new names, and are disabled when they no longer fit', async () => {
    const song = {
      name: 'songs',
      fields: [
        { name: 'title', type: 'text' as const },
        { name: 'key', type: 'text' as const },
      ],
    }
    await define(hooks.server, hooks.admin, [song])
    const { id: collectionId } = await hooks.send('GET', '/admin/collections/songs')
    const plain = await hooks.create(receiver.port, { collection: 'songs' })
    const filtered = await hooks.create(receiver.port, { collection: 'songs', filter: { key: 'C' } })
    await hooks.send('PATCH', '/admin/collections/songs', { id: collectionId, name: 'tunes' })
    expect((await hooks.send('GET', `/admin/webhooks/${plain.id}`)).collection).toBe('tunes')
    const from = receiver.received.length
    await hooks.send('POST', '/collections/tunes/records', { title: 'x', key: 'D' })
    expect(payloads(await received(receiver, from + 1))[from].type).toBe('tunes.created')
    await hooks.request('PATCH', '/admin/collections/tunes?acceptDataLoss=true', { body: { fields: [song.fields[0]] } })
    await eventually(async () => {
      const webhook = await hooks.send('GET', `/admin/webhooks/${filtered.id}`)
      expect(webhook).toMatchObject({ enabled: false, disabledReason: expect.stringContaining('key') })
    })
    expect((await hooks.send('GET', `/admin/webhooks/${plain.id}`)).enabled).toBe(true)
  })
})

describe('REST hooks', () => {
  it.each(['target_url', 'targetUrl', 'hookUrl'])('subscribe by %s, get samples, and unsubscribe', async (name) => {
    const body = { [name]: `http://127.0.0.1:${receiver.port}/zap`, event: 'posts.created' }
    const { status, json } = await hooks.request('POST', '/admin/webhooks/subscribe', { body })
    expect([status, json]).toEqual([201, { id: expect.any(String), secret: expect.stringMatching(/^whsec_/) }])
    const from = receiver.received.length
    const post = await hooks.post({ title: 'zap', secret: 'hush' })
    const call = (await received(receiver, from + 1))[from]!
    expect([call.path, payloads([call])[0].type]).toEqual(['/zap', 'posts.created'])
    const samples = await hooks.send('GET', '/admin/webhooks/sample?event=posts.created')
    expect(samples.length).toBeLessThanOrEqual(3)
    expect(samples[0]).toEqual({ ...payloads([call])[0], timestamp: expect.any(String) })
    expect(samples[0].data.record.id).toBe(post.id)
    expect((await hooks.request('DELETE', `/admin/webhooks/${json.id}`)).status).toBe(204)
  })

  it.each(['posts', 'posts.read', 'posts.created.x', 'nothing.created', ''])('refuse the event "%s"', async (event) => {
    const body = { target_url: `http://127.0.0.1:${receiver.port}/`, event }
    const { status, json } = await hooks.request('POST', '/admin/webhooks/subscribe', { body })
    expect([status, json.errors[0].path]).toEqual([422, 'event'])
    expect((await hooks.request('GET', `/admin/webhooks/sample?event=${event}`)).status).toBeGreaterThanOrEqual(400)
  })

  it('need a URL', async () => {
    const { json } = await hooks.request('POST', '/admin/webhooks/subscribe', { body: { event: 'posts.created' } })
    expect(json.errors[0].path).toBe('target_url')
  })
})
