import { afterAll, beforeAll, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { type Persona, startServerWith } from '../../support/personas.js'
import { receiverOf } from '../../support/test-receiver.js'

/** Two databases that differ in nothing but what nobody signed in may see. */
const worlds: { server: TestServer; admin: Persona; hidden: number }[] = []

beforeAll(async () => {
  for (const hidden of [0, 1])
    worlds.push({
      hidden,
      ...(await startServerWith([
        {
          name: 'labels',
          fields: [
            { name: 'name', type: 'text' },
            { name: 'rank', type: 'integer' },
          ],
          rules: [{ role: 'public', action: 'read', fields: ['name'], conditions: { name: { $ne: 'hidden' } } }],
        },
        {
          name: 'posts',
          fields: [
            { name: 'title', type: 'text', searchable: true },
            { name: 'body', type: 'text', searchable: true },
            { name: 'salary', type: 'integer' },
            { name: 'place', type: 'geopoint' },
            { name: 'status', type: 'text' },
            { name: 'label', type: 'relation', collection: 'labels' },
            { name: 'labels', type: 'relation', collection: 'labels', many: true },
          ],
          rules: [
            {
              role: 'public',
              action: 'read',
              fields: ['title', 'label', 'labels'],
              conditions: { status: { $in: ['open', 'full'] } },
            },
            { role: 'public', action: 'read', fields: ['body', 'place', 'salary'], conditions: { status: 'full' } },
          ],
        },
      ])),
    })
})
afterAll(() => Promise.all(worlds.map(({ server }) => server.stop())))

const idOf = (number: number): string => `01890000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`

/** Every way to ask that may meet what is hidden. */
const questions = [
  {},
  { filter: { salary: { $gt: 50 } } },
  { filter: { $not: { salary: { $gt: 50 } } } },
  { filter: { $or: [{ body: { $contains: 'word' } }, { title: 'fence' }] } },
  { filter: { body: { $search: 'word' } } },
  { filter: { place: { $near: { lat: 1, lon: 1, km: 10 } } } },
  { filter: { 'label.name': 'red' }, expand: 'label' },
  { filter: { labels: { $none: { name: 'blue' } } }, expand: 'labels(sort:name)' },
  { filter: { labels: { $every: { name: 'red' } } } },
  { fields: 'title', snapshot: true },
  { record: idOf(101) },
]

it('A173, A174, A176: what is hidden does not show in what is told', async () => {
  const streams: unknown[] = []
  for (const { server, admin, hidden } of worlds) {
    // biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
    const send = async (method: string, path: string, body?: unknown): Promise<any> => {
      const answer = await server.request(method, `/api/v1/collections/${path}`, { token: admin.token, body })
      if (answer.status >= 300) throw new Error(answer.text)
      return answer.json?.data
    }
    const update = (number: number, body: unknown) => send('PATCH', `posts/records/${idOf(number)}`, body)
    const [low, high] = [hidden === 0 ? 10 : 90, hidden === 0 ? 'a word' : 'nothing']
    const place = hidden === 0 ? { lat: 1, lon: 1 } : { lat: 50, lon: 50 }
    await send('POST', 'labels/records', [
      { id: idOf(1), name: 'red', rank: low },
      { id: idOf(2), name: 'blue', rank: low },
      { id: idOf(3), name: 'hidden', rank: low },
    ])
    const receivers = await Promise.all(
      questions.map(async (question) => (await receiverOf(server)).follow({ collection: 'posts', ...question })),
    )
    const all = await (await receiverOf(server, admin)).follow({ collection: 'posts' })
    const step = async (work: () => Promise<unknown>): Promise<void> => {
      const before = all.events.length
      await work()
      await all.until(() => all.events.length > before)
    }
    const closed = { salary: low, body: high, place }
    await step(() =>
      send('POST', 'posts/records', { id: idOf(101), title: 't', status: 'open', ...closed, label: idOf(1) }),
    )
    await step(() => send('POST', 'posts/records', { id: idOf(102 + hidden), title: 'u', status: 'draft', ...closed }))
    await step(() => update(101, { salary: low + 3 }))
    await step(() => update(101, { body: `${high} and more` }))
    await step(() => update(101, { title: 'two', place: hidden === 0 ? null : place }))
    await step(() =>
      update(101, { labels: hidden === 0 ? [idOf(1), idOf(2)] : [idOf(1), idOf(2), idOf(3)].slice(0, 2) }),
    )
    await step(() => update(101, { status: 'full', salary: 70, body: 'a word', place: { lat: 1, lon: 1 } }))
    await step(() => update(101, { status: 'open', ...closed }))
    await step(() => update(101, { status: 'draft', title: hidden === 0 ? 'x' : 'y' }))
    if (hidden === 1) await step(() => update(101, { title: 'z' }))
    await step(() => update(101, { status: 'open', title: 'three' }))
    await step(() => update(101, { label: idOf(2) }))
    await step(() => send('DELETE', `posts/records/${idOf(102 + hidden)}`))
    await step(() => send('DELETE', `posts/records/${idOf(101)}`))
    await step(() => send('POST', 'posts/records', { title: 'fence', status: 'open', label: idOf(1), id: idOf(200) }))
    const last = receivers[0]!
    await last.until(() => last.events.some(({ record }) => record?.title === 'fence'))
    // Becomes live between two pages, when all have been told the one before.
    receivers.push(await (await receiverOf(server)).follow({ collection: 'posts' }))
    streams.push(questions.map((question, at) => [question, receivers[at]!.told]))
    for (const receiver of [...receivers, all]) receiver.close()
  }
  expect(streams[1]).toEqual(streams[0])
  expect(JSON.stringify(streams[0])).toContain('leave')
  expect(JSON.stringify(streams[0])).toContain('enter')
})
