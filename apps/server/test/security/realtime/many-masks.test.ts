import { afterAll, beforeAll, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'
import { openSocket, type SocketClient } from '../../support/realtime.js'

const [subscribers, masks, updates] = [100, 10, 1000]
const fields = Array.from({ length: masks }, (_, at) => `f${at}`)

let server: TestServer
let admin: Persona

/** Each role reads its own field, and its neighbour's where the record says so. */
beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    {
      name: 'sheets',
      fields: [
        { name: 'open', type: 'integer', default: 0 },
        ...fields.map((name) => ({ name, type: 'integer' as const, default: 0 })),
      ],
      rules: fields.flatMap((name, at) => [
        { role: `r${at}`, action: 'read' as const, fields: [name] },
        {
          role: `r${at}`,
          action: 'read' as const,
          fields: [fields[(at + 1) % masks]!],
          conditions: { open: at },
        },
      ]),
    },
  ]))
})
afterAll(() => server?.stop())

type Sheet = Record<string, number>

it('A177: tells a hundred subscribers with ten masks each their own of a thousand updates', async () => {
  const personas: Persona[] = []
  for (let at = 0; at < masks; at++) personas.push(await signUp(server, `p${at}@example.com`, admin, [`r${at}`]))
  const clients: { client: SocketClient; mask: number }[] = []
  for (let at = 0; at < subscribers; at++) {
    const mask = at % masks
    const client = await openSocket(server, { token: personas[mask]!.token })
    await client.ask({ type: 'subscribe', id: 's', collection: 'sheets' })
    await client.until('ready')
    clients.push({ client, mask })
  }
  const path = '/api/v1/collections/sheets/records'
  const start: Sheet = { open: 0, ...Object.fromEntries(fields.map((name) => [name, 0])) }
  const created = await server.request('POST', path, { token: admin.token, body: start })
  const id = created.json.data.id as string
  const states: Sheet[] = [start]
  for (let count = 1; count <= updates; count++) {
    const change: Sheet =
      count % 7 === 0
        ? { open: count % masks }
        : { [fields[(count * 3) % masks]!]: count, [fields[count % masks]!]: -count }
    await server.database.run({
      text: `update sheets set ${Object.entries(change)
        .map(([name, value]) => `"${name}" = ${value}`)
        .join(', ')}`,
      values: [],
    })
    states.push({ ...states.at(-1)!, ...change })
  }
  const last = await server.request('PATCH', `${path}/${id}`, {
    token: admin.token,
    body: Object.fromEntries(fields.map((name) => [name, 9999])),
  })
  states.push({ ...states.at(-1)!, ...Object.fromEntries(fields.map((name) => [name, 9999])) })
  expect(last.status).toBe(200)
  for (const { client, mask } of clients) {
    const wanted = oracle(states, mask, id)
    await expect.poll(() => changesOf(client).length, { timeout: 60_000 }).toBeGreaterThanOrEqual(wanted.length)
    expect(changesOf(client)).toEqual(wanted)
    client.socket.close()
  }
}, 240_000)

const changesOf = ({ messages }: SocketClient): unknown[] =>
  messages.flatMap((message) => ('record' in message && message.record ? [message.record] : []))

/** What somebody with this mask sees of each state, where it is not what they saw before. */
function oracle(states: readonly Sheet[], mask: number, id: string): unknown[] {
  const seen: object[] = []
  for (const state of states) {
    const own = fields[mask]!
    const next = fields[(mask + 1) % masks]!
    const shown = { id, [own]: state[own], ...(state['open'] === mask && { [next]: state[next] }) }
    if (
      JSON.stringify(seen.at(-1), Object.keys(shown).sort()) !== JSON.stringify(shown, Object.keys(shown).sort()) ||
      !sameKeys(seen.at(-1), shown)
    )
      seen.push(shown)
  }
  return seen
}

const sameKeys = (one: object | undefined, other: object): boolean =>
  one !== undefined && Object.keys(one).sort().join() === Object.keys(other).sort().join()
