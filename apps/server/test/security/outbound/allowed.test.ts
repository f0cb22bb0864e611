import { networkInterfaces } from 'node:os'
import { afterEach, describe, expect, it } from 'vitest'
import { type NameServer, startNameServer, type Zone } from './name-server.js'
import { createOutbound } from './outbound.js'
import { type Receiver, startReceiver } from './receiver.js'

const hasIPv6 = (networkInterfaces()['lo'] ?? []).some(({ family }) => family === 'IPv6')
const open: { close(): void }[] = []
const opened = <T extends { close(): void }>(thing: T): T => {
  open.push(thing)
  return thing
}
const receive = async (...how: Parameters<typeof startReceiver>): Promise<Receiver> =>
  opened(await startReceiver(...how))
const nameServer = async (zone: Zone): Promise<NameServer> => opened(await startNameServer(zone))

afterEach(() => {
  for (const thing of open.splice(0)) thing.close()
})

describe('calls that OUTBOUND_ALLOW opens', () => {
  it('sends the request as it is and gives back the answer', async () => {
    const { port, received } = await receive((response) => {
      response.writeHead(201, { 'x-answer': 'yes', 'set-cookie': ['a=1', 'b=2'] }).end('grüß dich')
    })
    const outbound = createOutbound({ OUTBOUND_ALLOW: `127.0.0.1:${port}` })
    const result = await outbound.send({
      method: 'POST',
      url: `http://127.0.0.1:${port}/a%20b?x=1&y=%0d%0a#part`,
      headers: { 'Webhook-Id': 'msg_1', 'content-type': 'application/json' },
      body: '{"ä":1}',
    })
    expect(result).toMatchObject({
      ok: true,
      status: 201,
      headers: { 'x-answer': 'yes', 'set-cookie': 'a=1, b=2' },
      body: 'grüß dich',
      truncated: false,
    })
    expect(received).toMatchObject([
      {
        method: 'POST',
        path: '/a%20b?x=1&y=%0d%0a',
        headers: {
          host: `127.0.0.1:${port}`,
          'webhook-id': 'msg_1',
          'content-type': 'application/json',
          'content-length': '8',
          'accept-encoding': 'identity',
          connection: 'close',
        },
        body: '{"ä":1}',
      },
    ])
  })

  it.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'] as const)(
    'sends %s, with a length where there may be a body',
    async (method) => {
      const { port, received } = await receive((response) => response.writeHead(204).end())
      const outbound = createOutbound({ OUTBOUND_ALLOW: `127.0.0.1:${port}` })
      const result = await outbound.send({ method, url: `http://127.0.0.1:${port}/` })
      expect(result).toMatchObject({ ok: true, status: 204, body: '', truncated: false })
      const length = method === 'PUT' || method === 'PATCH' ? '0' : undefined
      expect([received[0]?.method, received[0]?.headers['content-length']]).toEqual([method, length])
      expect(received[0]?.headers['transfer-encoding']).toBeUndefined()
    },
  )

  it.skipIf(!hasIPv6)('calls an IPv6 address', async () => {
    const { port, received } = await receive(undefined, { host: '::1' })
    const outbound = createOutbound({ OUTBOUND_ALLOW: '::1', OUTBOUND_PORTS: `${port}` })
    expect(await outbound.send({ method: 'GET', url: `http://[::1]:${port}/` })).toMatchObject({ ok: true })
    expect(received[0]?.headers.host).toBe(`[::1]:${port}`)
  })

  it('opens a network on open ports only', async () => {
    const { port } = await receive()
    const call = (ports: string) =>
      createOutbound({ OUTBOUND_ALLOW: '127.0.0.0/8', OUTBOUND_PORTS: ports }).send({
        method: 'GET',
        url: `http://127.0.0.1:${port}/`,
      })
    expect(await call(`80,443,${port}`)).toMatchObject({ ok: true, status: 200 })
    expect(await call(`80,443,${port + 1}`)).toMatchObject({ ok: false, failure: 'invalid_url' })
  })

  it('opens one port of a host, and no other host on it', async () => {
    const { port, received } = await receive()
    const other = await receive(undefined, { host: '127.0.0.2', port })
    const names = await nameServer({ 'other.test': ['127.0.0.2'] })
    const outbound = createOutbound({ OUTBOUND_ALLOW: `127.0.0.1:${port}` }, names.server)
    const call = (host: string) => outbound.send({ method: 'GET', url: `http://${host}:${port}/` })
    expect(await call('127.0.0.1')).toMatchObject({ ok: true })
    expect(await call('127.0.0.2')).toMatchObject({ ok: false, failure: 'refused_address' })
    expect(await call('other.test')).toMatchObject({ ok: false, failure: 'refused_address' })
    expect([received.length, other.received.length]).toEqual([1, 0])
  })

  it('finds names that are allowed like the system does, and only those', async () => {
    const { port } = await receive()
    const allowed = createOutbound({ OUTBOUND_ALLOW: `localhost:${port}` })
    expect(await allowed.send({ method: 'GET', url: `http://LOCALHOST:${port}/` })).toMatchObject({ ok: true })
    expect(await allowed.send({ method: 'GET', url: `http://127.0.0.1:${port}/` })).toMatchObject({ ok: false })
  })

  it('A185: connects to the address that was judged, whatever the name leads to afterwards', async () => {
    const judged = await receive((response) => response.end('judged'))
    const later = await receive((response) => response.end('later'), { host: '127.0.0.2', port: judged.port })
    const names = await nameServer({ 'rebinding.test': (time) => [time === 0 ? '127.0.0.1' : '127.0.0.2'] })
    const outbound = createOutbound({ OUTBOUND_ALLOW: `127.0.0.1:${judged.port}` }, names.server)
    const result = await outbound.send({ method: 'GET', url: `http://rebinding.test:${judged.port}/` })
    expect(result).toMatchObject({ ok: true, body: 'judged' })
    expect(judged.received[0]?.headers.host).toBe(`rebinding.test:${judged.port}`)
    expect(names.queries.filter((query) => query.startsWith('A '))).toHaveLength(1)
    // Asked again, the name leads to where it may not.
    const again = await outbound.send({ method: 'GET', url: `http://rebinding.test:${judged.port}/` })
    expect(again).toMatchObject({ ok: false, failure: 'refused_address' })
    expect(later.received).toEqual([])
  })

  it('tries the next of several addresses when one does not answer', async () => {
    const { port } = await receive()
    const names = await nameServer({ 'two.test': ['127.0.0.3', '127.0.0.1'] })
    const outbound = createOutbound({ OUTBOUND_ALLOW: '127.0.0.0/8', OUTBOUND_PORTS: `${port}` }, names.server)
    expect(await outbound.send({ method: 'GET', url: `http://two.test:${port}/` })).toMatchObject({ ok: true })
  })
})
