import { afterAll, beforeAll, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'
import { openSocket } from '../../support/realtime.js'

let server: TestServer
let admin: Persona

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
      name: 'tasks',
      fields: [
        { name: 'title', type: 'text' },
        { name: 'team', type: 'text' },
      ],
      rules: [{ role: 'user', action: 'read', conditions: { team: '$user.team' } }],
    },
  ]))
})
afterAll(() => server?.stop())

it('A173: goes by what rules ask about the caller now, and makes them read anew when that changes', async () => {
  const [ada, bob] = [await signUp(server, 'ada@example.com'), await signUp(server, 'bob@example.com')]
  const set = async (path: string, method: string, body: unknown): Promise<void> => {
    const { status, text } = await server.request(method, `/api/v1/collections/${path}`, { token: admin.token, body })
    expect(status, text).toBeLessThan(300)
  }
  const join = (user: Persona, team: string | null) => set(`users/records/${user.id}`, 'PATCH', { team })
  const write = (title: string, team: string) => set('tasks/records', 'POST', { title, team })
  await join(ada, 'red')
  await join(bob, 'red')
  const clients = await Promise.all(
    [ada, bob].map(async ({ token }) => {
      const client = await openSocket(server, { token })
      await client.ask({ type: 'subscribe', id: 's', collection: 'tasks', fields: 'title' })
      await client.until('ready')
      return client
    }),
  )
  const titles = (at: number) =>
    clients[at]!.messages.flatMap((message) =>
      'record' in message ? [(message.record as { title: string }).title] : [],
    )
  await write('red one', 'red')
  await write('blue one', 'blue')
  await clients[0]!.until('create')
  await clients[1]!.until('create')
  await join(ada, 'blue')
  await write('red two', 'red')
  await clients[0]!.until('reset')
  await clients[0]!.until('ready', 2)
  await clients[1]!.until('create', 2)
  await write('blue two', 'blue')
  await clients[0]!.until('create', 2)
  await join(ada, null)
  await clients[0]!.until('ready', 3)
  await write('blue three', 'blue')
  await write('red three', 'red')
  await clients[1]!.until('create', 3)
  expect(titles(0)).toEqual(['red one', 'blue two'])
  expect(titles(1)).toEqual(['red one', 'red two', 'red three'])
  expect(clients[1]!.messages.filter(({ type }) => type === 'reset')).toEqual([])
  for (const { socket } of clients) socket.close()
})
