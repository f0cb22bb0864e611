import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { demoCollections } from '../../../../../packages/cli/src/demo/collections.js'
import { runDemo } from '../../../../../packages/cli/src/demo/run-demo.js'
import { startServer, type TestServer } from '../../support/index.js'

let server: TestServer
let env: NodeJS.ProcessEnv

beforeAll(async () => {
  const admin = { ADMIN_EMAIL: 'admin@example.com', ADMIN_PASSWORD: 'correct horse battery' }
  server = await startServer(admin)
  env = { ...admin, HOLDFAST_URL: server.url }
})
afterAll(() => server.stop())

/** What the demo prints. */
async function demo(): Promise<string> {
  let text = ''
  await runDemo(env, {
    write: (part) => {
      text += part
    },
  })
  return text
}

async function countRecords(): Promise<Record<string, unknown>> {
  const counts = demoCollections.map(async ({ name }) => {
    const { rows } = await server.database.run({ text: `select count(*) from public."${name}"`, values: [] })
    return [name, rows[0]![0]]
  })
  return Object.fromEntries(await Promise.all(counts))
}

const expected = { airports: 3376, routes: 5366, flights: 20_000, movies: 3201, watchlist: 1, earthquakes: 1707 }

describe('the demo', () => {
  it('loads everything, and shows what different people see', async () => {
    const text = await demo()
    expect(await countRecords()).toEqual(expected)
    expect(text).toMatch(/anonymous +2,500\n +user +3,201\n +admin +3,201/)
    expect(text).toMatch(/anonymous: 400 unknown_field/)
    expect(text).toMatch(/user: 403 forbidden/)
    expect(text).toMatch(/admin: 422 validation_failed: position.lat/)
    expect(text).not.toMatch(/: 5\d\d |undefined|NaN|\[object/)
  })

  it('makes nothing twice', async () => {
    expect(await demo()).toContain('the collections are there already')
    expect(await countRecords()).toEqual(expected)
  })

  it('leaves a collection of somebody else alone', async () => {
    const login = { email: env['ADMIN_EMAIL'], password: env['ADMIN_PASSWORD'] }
    const { json } = await server.request('POST', '/api/v1/auth/login', { body: login })
    const token = json.data.accessToken
    const query = { acceptDataLoss: 'true' }
    await server.request('DELETE', '/api/v1/admin/collections/watchlist', { token, query })
    const own = { name: 'watchlist', fields: [{ name: 'diary', type: 'text' }] }
    await server.request('POST', '/api/v1/admin/collections', { token, body: own })
    await server.request('POST', '/api/v1/collections/watchlist/records', { token, body: { diary: 'dear' } })
    await expect(demo()).rejects.toThrow('watchlist')
    expect((await server.request('GET', '/api/v1/collections/watchlist/records', { token })).json.data).toHaveLength(1)
  })
})
