import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '../../support/index.js'
import { password, signUp } from './people.js'

let server: TestServer
beforeAll(async () => {
  server = await startServer({ TRUSTED_PROXIES: '127.0.0.1', PLACE_HEADERS: 'cf-ipcountry,cf-ipcity' })
})
afterAll(() => server.stop())

const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0'
const list = async (on: TestServer, token: string) =>
  (await on.request('GET', '/api/v1/auth/sessions', { token })).json.data

describe('sessions', () => {
  it('tell device, place and methods', async () => {
    const { email, accessToken } = await signUp(server)
    const headers = {
      'user-agent': firefox,
      'cf-ipcountry': 'DE',
      'cf-ipcity': Buffer.from('Köln').toString('latin1'),
      'x-forwarded-for': '203.0.113.9',
    }
    await server.request('POST', '/api/v1/auth/login', { body: { email, password }, headers })
    const [latest, first] = await list(server, accessToken)
    expect(latest).toMatchObject({
      device: { name: 'Firefox on Windows', kind: 'desktop' },
      place: { country: 'DE', city: 'Köln' },
      address: '203.0.113.9',
      methods: ['pwd'],
      impersonatedBy: null,
    })
    expect(first).toMatchObject({ place: null })
  })

  it('tell no place that anyone but the proxy wrote', async () => {
    const untrusting = await startServer({ DATABASE_URL: server.databaseUrl, PLACE_HEADERS: 'cf-ipcountry' })
    try {
      const { email, accessToken } = await signUp(untrusting)
      const headers = { 'cf-ipcountry': 'DE' }
      await untrusting.request('POST', '/api/v1/auth/login', { body: { email, password }, headers })
      expect((await list(untrusting, accessToken))[0].place).toBeNull()
    } finally {
      await untrusting.stop()
    }
  })
})
