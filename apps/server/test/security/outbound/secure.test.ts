import type { AddressInfo } from 'node:net'
import { createServer, getCACertificates, type Server, setDefaultCACertificates, type TLSSocket } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OutboundHttp } from '../../../src/platform/outbound/index.js'
import { authority, certificate } from './certificates.js'
import { type NameServer, startNameServer } from './name-server.js'
import { createOutbound } from './outbound.js'

describe('calls over TLS', () => {
  const asked: (string | false | null)[] = []
  const requests: string[] = []
  let receiver: Server
  let port: number
  let names: NameServer
  let outbound: OutboundHttp

  beforeAll(async () => {
    setDefaultCACertificates([...getCACertificates('default'), authority])
    receiver = createServer({ ...certificate, ALPNProtocols: ['h2', 'http/1.1'] }, (socket: TLSSocket) => {
      asked.push(socket.servername)
      socket.on('error', () => {})
      socket.once('data', (bytes) => {
        requests.push(bytes.toString())
        socket.end(`HTTP/1.1 200 OK\r\n\r\n${socket.alpnProtocol}`)
      })
    })
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
    port = (receiver.address() as AddressInfo).port
    names = await startNameServer({ 'hooks.test': ['127.0.0.1'], 'other.test': ['127.0.0.1'] })
    outbound = createOutbound({ OUTBOUND_ALLOW: `127.0.0.1:${port}` }, names.server)
  })
  afterAll(() => {
    receiver.close()
    names.close()
  })

  const call = (host: string, at = port) => outbound.send({ method: 'GET', url: `https://${host}:${at}/` })

  it('asks for the name, at the address that was judged, and checks the certificate against it', async () => {
    expect(await call('hooks.test')).toMatchObject({ ok: true, status: 200, body: 'http/1.1' })
    expect(asked).toEqual(['hooks.test'])
    expect(requests[0]).toContain(`\r\nhost: hooks.test:${port}\r\n`)
  })

  it('reads a full name with its dot as the same name', async () => {
    expect(await call('Hooks.Test.')).toMatchObject({ ok: true })
  })

  it.each(['other.test', '127.0.0.1'])('refuses a certificate that is not for %s', async (host) => {
    const before = requests.length
    expect(await call(host)).toMatchObject({ ok: false, failure: 'tls' })
    expect(requests).toHaveLength(before)
  })

  it('refuses a certificate that nobody vouches for, whatever the environment says', async () => {
    const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED']
    setDefaultCACertificates(getCACertificates('bundled'))
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
    try {
      expect(await call('hooks.test')).toMatchObject({ ok: false, failure: 'tls' })
    } finally {
      if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']
      else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before
      setDefaultCACertificates([...getCACertificates('bundled'), authority])
    }
  })

  it('takes plain HTTP at a TLS port for no connection', async () => {
    const plain = await outbound.send({ method: 'GET', url: `http://hooks.test:${port}/` })
    expect(plain).toMatchObject({ ok: false })
  })
})
