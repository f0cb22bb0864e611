import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Receiver, startReceiver } from '../../security/outbound/receiver.js'
import { eventually, Hooks, payloads, received } from './hooks.js'

let hooks: Hooks
const receivers: Receiver[] = []
const ids: string[] = []

beforeAll(async () => {
  hooks = await Hooks.start()
})
afterAll(() => hooks?.server.stop())
afterEach(async () => {
  for (const receiver of receivers.splice(0)) receiver.close()
  for (const id of ids.splice(0)) await hooks.request('DELETE', `/admin/webhooks/${id}`)
})

async function open(answer?: Parameters<typeof startReceiver>[0]): Promise<Receiver> {
  const receiver = await startReceiver(answer)
  receivers.push(receiver)
  return receiver
}

async function hook(receiver: Receiver, webhook: object = {}) {
  const created = await hooks.create(receiver.port, webhook)
  ids.push(created.id)
  return created
}

const update = (id: string, body: object) => hooks.send('PATCH', `/collections/posts/records/${id}`, body)
const remove = (id: string) => hooks.send('DELETE', `/collections/posts/records/${id}`)

describe('a delivery', () => {
  it('tells what was created, updated and deleted, signed as Standard Webhooks say', async () => {
    const receiver = await open()
    const { id, secret } = await hook(receiver)
    const label = await hooks.send('POST', '/collections/labels/records', { name: 'red' })
    const at = { lat: 52.5, lon: 13.4 }
    const post = await hooks.post({ title: 'One', price: '1.5', place: at, labels: [label.id], secret: 'hush' })
    await received(receiver, 1)
    await update(post.id, { title: 'Two' })
    await received(receiver, 2)
    await remove(post.id)
    const calls = await received(receiver, 3)
    const [created, updated, deleted] = payloads(calls)
    const { secret: _hidden, ...visible } = post
    expect(created).toEqual({ type: 'posts.created', timestamp: expect.any(String), data: { record: visible } })
    expect(updated.type).toBe('posts.updated')
    expect(updated.data.before).toEqual(visible)
    expect(updated.data.record).toMatchObject({ title: 'Two', version: 2, labels: [label.id] })
    expect(deleted).toMatchObject({
      type: 'posts.deleted',
      data: { record: { id: post.id, title: 'Two', labels: [label.id] } },
    })
    expect(deleted.data.before).toBeUndefined()
    const verifier = new Webhook(secret)
    for (const { body, headers, method, path } of calls) {
      expect([method, path, headers['content-type']]).toEqual(['POST', '/hook', 'application/json'])
      expect(headers['user-agent']).toContain('Holdfast')
      expect(verifier.verify(body, headers as Record<string, string>)).toEqual(JSON.parse(body))
    }
    await eventually(async () => {
      const log = await hooks.deliveries(id)
      expect(log.map(({ state, event }) => [event, state])).toEqual([
        ['posts.deleted', 'delivered'],
        ['posts.updated', 'delivered'],
        ['posts.created', 'delivered'],
      ])
      expect(log.map((delivery) => delivery.id).reverse()).toEqual(calls.map(({ headers }) => headers['webhook-id']))
    })
    const [last] = await hooks.deliveries(id)
    expect(last.attempts).toEqual([
      { at: expect.any(String), durationMs: expect.any(Number), status: 200, error: null, response: 'received' },
    ])
    expect(last.payload).toBeUndefined()
    expect((await hooks.send('GET', `/admin/webhooks/${id}/deliveries/${last.id}`)).payload).toEqual(deleted)
  })

  it('comes for cascades, for relations set to null, for lists and for plain SQL', async () => {
    const receiver = await open()
    await hook(receiver)
    const comments = await open()
    await hook(comments, { collection: 'comments' })
    const [one, two] = await hooks.send('POST', '/collections/labels/records', [{ name: 'blue' }, { name: 'red' }])
    const post = await hooks.post({ title: 'P', label: one.id, labels: [two.id] })
    await hooks.send('POST', '/collections/comments/records', { text: 'hi', post: post.id })
    await hooks.send('DELETE', `/collections/labels/records/${one.id}`)
    await received(receiver, 2)
    await hooks.send('DELETE', `/collections/labels/records/${two.id}`)
    await received(receiver, 3)
    await hooks.sql(`update public.posts set title = 'SQL' where id = $1`, post.id)
    await received(receiver, 4)
    await hooks.sql('delete from public.posts where id = $1', post.id)
    const told = payloads(await received(receiver, 5))
    expect(told.map(({ type }) => type.split('.')[1])).toEqual(['created', 'updated', 'updated', 'updated', 'deleted'])
    expect(told[1].data).toMatchObject({ record: { label: null, labels: [two.id] }, before: { label: one.id } })
    expect(told[2].data).toMatchObject({ record: { labels: [] }, before: { labels: [two.id] } })
    expect(told[3].data.record).toMatchObject({ title: 'SQL', version: 4 })
    expect(payloads(await received(comments, 2)).map(({ type }) => type)).toEqual([
      'comments.created',
      'comments.deleted',
    ])
  })

  it('comes for what was asked for only: events, fields and the filter', async () => {
    const published = await open()
    await hook(published, {
      filter: { status: 'published' },
      events: ['update', 'delete'],
      fields: ['title', 'secret'],
    })
    const all = await open()
    await hook(all)
    const post = await hooks.post({ title: 'One', status: 'draft', secret: 'hush' })
    await update(post.id, { views: 1 })
    await update(post.id, { status: 'published' })
    await update(post.id, { views: 2 })
    await update(post.id, { status: 'draft' })
    await update(post.id, { views: 3 })
    await received(all, 6)
    await remove(post.id)
    await received(all, 7)
    const told = payloads(await received(published, 3))
    expect(told.map(({ data }) => data)).toEqual(
      Array(3).fill({
        record: { id: post.id, title: 'One', secret: 'hush' },
        before: { id: post.id, title: 'One', secret: 'hush' },
      }),
    )
    expect(published.received).toHaveLength(3)
  })

  it('comes by filters that only the database can judge', async () => {
    const label = await hooks.send('POST', '/collections/labels/records', { name: 'judged' })
    const other = await hooks.send('POST', '/collections/labels/records', { name: 'other' })
    const related = await open()
    await hook(related, { filter: { 'label.name': 'judged' } })
    const listed = await open()
    await hook(listed, { filter: { 'labels.name': 'judged' } })
    const computed = await open()
    await hook(computed, { filter: { shout: 'LOUD', price: { $gt: '1' }, place: { $null: false } } })
    const all = await open()
    await hook(all)
    const post = await hooks.post({
      title: 'loud',
      label: label.id,
      labels: [label.id],
      price: '2',
      place: { lat: 1, lon: 2 },
    })
    await hooks.post({ title: 'quiet', label: other.id, labels: [other.id], price: '2' })
    await update(post.id, { title: 'quiet' })
    await update(post.id, { label: null })
    await remove(post.id)
    await received(all, 5)
    const typesOf = async (receiver: Receiver, count: number) =>
      payloads(await received(receiver, count)).map(({ type }) => type)
    expect((await typesOf(related, 3)).sort()).toEqual(['posts.created', 'posts.updated', 'posts.updated'])
    expect((await typesOf(computed, 2)).sort()).toEqual(['posts.created', 'posts.updated'])
    // The log tells the list where it changed; between, it is as it was found.
    const atLeast = expect.arrayContaining(['posts.created', 'posts.deleted'])
    await eventually(async () => expect(payloads(listed.received).map(({ type }) => type)).toEqual(atLeast))
    expect([related, computed].map((receiver) => receiver.received.length)).toEqual([3, 2])
  })

  it('is made again after a failure, under the same id, until it arrives', async () => {
    let failures = 2
    const receiver = await open((response) => {
      response.statusCode = failures-- > 0 ? 500 : 204
      response.end('not today')
    })
    const { id } = await hook(receiver)
    await hooks.post({ title: 'Again' })
    await received(receiver, 1)
    await eventually(async () => {
      const [delivery] = await hooks.deliveries(id)
      expect(delivery).toMatchObject({ state: 'pending', attempts: [{ status: 500, response: 'not today' }] })
      expect(Date.parse(delivery.nextAttemptAt) - Date.parse(delivery.attempts[0].at)).toBeGreaterThan(4000)
    })
    await hooks.hurry(id)
    await received(receiver, 2)
    await eventually(async () => expect((await hooks.deliveries(id))[0].attempts).toHaveLength(2))
    await hooks.hurry(id)
    const calls = await received(receiver, 3)
    await eventually(async () =>
      expect(await hooks.deliveries(id)).toMatchObject([{ state: 'delivered', nextAttemptAt: null }]),
    )
    expect(new Set(calls.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    expect(new Set(calls.map(({ body }) => body)).size).toBe(1)
  })

  it('is given up after ten attempts, and Retry-After is kept', async () => {
    const receiver = await open((response) => {
      response.writeHead(503, { 'retry-after': '3600' }).end()
    })
    const { id } = await hook(receiver)
    await hooks.post({ title: 'Never' })
    for (let attempt = 1; attempt <= 10; attempt++) {
      await eventually(async () => expect((await hooks.deliveries(id))[0].attempts).toHaveLength(attempt))
      const [delivery] = await hooks.deliveries(id)
      if (attempt === 1)
        expect(Date.parse(delivery.nextAttemptAt) - Date.parse(delivery.attempts[0].at)).toBeGreaterThan(3_590_000)
      expect(delivery.state).toBe(attempt === 10 ? 'failed' : 'pending')
      await hooks.hurry(id)
    }
    expect((await hooks.deliveries(id, '&state=failed'))[0].nextAttemptAt).toBeNull()
    expect(receiver.received).toHaveLength(10)
  })

  it('does not follow a redirect', async () => {
    const other = await open()
    const receiver = await open((response) => {
      response.writeHead(307, { location: `http://127.0.0.1:${other.port}/` }).end()
    })
    const { id } = await hook(receiver)
    await hooks.post()
    await eventually(async () => expect((await hooks.deliveries(id))[0].attempts).toMatchObject([{ status: 307 }]))
    expect(other.received).toHaveLength(0)
  })

  it('keeps the changes of a record in order where that is asked for', async () => {
    let failing = true
    const receiver = await open((response) => {
      response.statusCode = failing ? 500 : 200
      response.end()
    })
    const { id } = await hook(receiver, { ordered: true })
    const [a, b] = [await hooks.post({ title: 'a', views: 0 }), await hooks.post({ title: 'b', views: 0 })]
    for (let views = 1; views <= 5; views++) for (const { id: record } of [a, b]) await update(record, { views })
    await received(receiver, 2)
    await eventually(async () => expect(await hooks.deliveries(id)).toHaveLength(12))
    expect(new Set(payloads(receiver.received).map(({ type }) => type))).toEqual(new Set(['posts.created']))
    failing = false
    const failed = receiver.received.length
    await hooks.hurry(id)
    await eventually(async () => expect(await hooks.deliveries(id, '&state=delivered')).toHaveLength(12))
    const told = payloads(receiver.received.slice(failed))
    for (const { id: record } of [a, b])
      expect(told.filter(({ data }) => data.record.id === record).map(({ data }) => data.record.views)).toEqual([
        0, 1, 2, 3, 4, 5,
      ])
  })

  it('of an ordered webhook that is given up or cancelled lets the next one go', async () => {
    const receiver = await open((response, { body }) => {
      response.statusCode = JSON.parse(body).data.record.views === 2 ? 200 : 500
      response.end()
    })
    const { id } = await hook(receiver, { ordered: true })
    const post = await hooks.post({ views: 0 })
    await update(post.id, { views: 1 })
    await update(post.id, { views: 2 })
    await eventually(async () => expect((await hooks.deliveries(id))[2]?.attempts).toHaveLength(1))
    const [third, second, first] = await hooks.deliveries(id)
    expect([second.attempts, third.attempts]).toEqual([[], []])
    await hooks.sql('update holdfast.webhook_deliveries set tries = 9 where id = $1', first.id)
    await hooks.hurry(id)
    await eventually(async () => expect((await hooks.deliveries(id))[1].attempts).toHaveLength(1))
    await hooks.send('POST', `/admin/webhooks/${id}/deliveries/${second.id}/cancel`)
    await eventually(async () =>
      expect((await hooks.deliveries(id)).map(({ state }) => state)).toEqual(['delivered', 'cancelled', 'failed']),
    )
    const again = await hooks.request('POST', `/admin/webhooks/${id}/deliveries/${second.id}/cancel`)
    expect([again.status, again.json.code]).toEqual([409, 'conflict'])
  })

  it('can be sent again, one or a span of time', async () => {
    let status = 400
    const receiver = await open((response) => {
      response.statusCode = status
      response.end()
    })
    const { id } = await hook(receiver)
    await hooks.post({ title: 'a' })
    await hooks.post({ title: 'b' })
    await eventually(async () => {
      await hooks.sql('update holdfast.webhook_deliveries set tries = 9 where webhook = $1', id)
      await hooks.hurry(id)
      expect(await hooks.deliveries(id, '&state=failed')).toHaveLength(2)
    })
    status = 200
    const [last] = await hooks.deliveries(id)
    await hooks.send('POST', `/admin/webhooks/${id}/deliveries/${last.id}/resend`)
    await eventually(async () => expect(await hooks.deliveries(id, '&state=delivered')).toHaveLength(1))
    const span = { from: new Date(Date.now() - 60_000).toISOString(), to: new Date(Date.now() + 60_000).toISOString() }
    expect(await hooks.send('POST', `/admin/webhooks/${id}/resend`, span)).toEqual({ count: 1 })
    await eventually(async () => expect(await hooks.deliveries(id, '&state=delivered')).toHaveLength(2))
    const before = receiver.received.length
    expect(await hooks.send('POST', `/admin/webhooks/${id}/resend`, { ...span, states: ['delivered'] })).toEqual({
      count: 2,
    })
    const calls = await received(receiver, before + 2)
    expect(calls.filter(({ headers }) => headers['webhook-id'] === last.id).length).toBeGreaterThan(1)
    const wrong = await hooks.request('POST', `/admin/webhooks/${id}/resend`, {
      body: { from: span.to, to: span.from },
    })
    expect([wrong.status, wrong.json.errors[0].path]).toEqual([422, 'to'])
  })
})
