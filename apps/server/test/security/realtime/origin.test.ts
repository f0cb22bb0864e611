import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { startServerWith } from '../../support/personas.js'
import { openRaw, openSocket } from '../../support/realtime.js'

let server: TestServer

beforeAll(async () => {
  const env = { CORS_ORIGINS: 'https://app.example.com', PUBLIC_URL: 'https://api.example.com' }
  ;({ server } = await startServerWith([], env))
})
afterAll(() => server?.stop())

describe('A180: a page of another origin', () => {
  it.each([
    'https://evil.example.com',
    'https://app.example.com.evil.org',
    'https://app.example.com:8443',
    'http://app.example.com',
    'https://APP.example.com',
    'null',
    'file://',
    '',
    'https://app.example.com, https://evil.example.com',
  ])('opens no socket: %s', async (origin) => {
    const opened = openSocket(server, { headers: { origin } })
    await expect(opened).rejects.toMatchObject({ status: 403, body: { code: 'forbidden' } })
  })

  it('is told by two headers what one of them would hide', async () => {
    const head = ['connection: upgrade', 'upgrade: websocket', 'sec-websocket-version: 13']
    const key = 'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ=='
    const socket = openRaw(server, [...head, key, 'origin: https://app.example.com', 'origin: https://evil.org'])
    const answer = await new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))))
    expect(answer).toMatch(/^HTTP\/1\.1 403 /)
  })

  it.each(['https://app.example.com', 'https://api.example.com'])(
    'opens one where it is allowed: %s',
    async (origin) => {
      const client = await openSocket(server, { headers: { origin } })
      expect(await client.ask({ type: 'ping' })).toMatchObject({ type: 'pong' })
      client.socket.close()
    },
  )

  it('is our own where it has our host', async () => {
    const client = await openSocket(server, { headers: { origin: server.url } })
    client.socket.close()
  })

  it('does not matter where there is none, as nothing but browsers sends one', async () => {
    const client = await openSocket(server)
    client.socket.close()
  })

  it('gets nothing by a cookie: tokens are in the header or the first message', async () => {
    const client = await openSocket(server, { headers: { cookie: 'token=x; session=y' } })
    client.socket.close()
    await expect(fetch(`${server.url}/api/v1/realtime?collection=users&token=x`)).resolves.toMatchObject({
      status: 400,
    })
  })
})
