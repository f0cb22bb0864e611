import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { OutboundHttp, OutboundRequest } from '../../../src/platform/outbound/index.js'
import { type Canaries, startCanaries } from './canaries.js'
import { createOutbound } from './outbound.js'
import { type Receiver, startReceiver } from './receiver.js'

describe('what a URL and a request may hold', () => {
  let canaries: Canaries
  let receiver: Receiver
  let outbound: OutboundHttp

  beforeAll(async () => {
    canaries = await startCanaries()
    receiver = await startReceiver()
    outbound = createOutbound({ OUTBOUND_ALLOW: `127.0.0.1:${receiver.port}` })
  })
  afterAll(() => {
    canaries.close()
    receiver.close()
  })
  afterEach(() => expect(canaries.hits).toEqual([]))

  const send = (url: string, request: Partial<OutboundRequest> = {}) =>
    outbound.send({ method: 'POST', url, body: 'x', ...request })

  it.each([
    'file:///etc/passwd',
    'ftp://8.8.8.8/',
    'gopher://127.0.0.1:6379/_INFO',
    'data:text/plain,hello',
    'unix:/run/docker.sock',
    'http+unix://%2Frun%2Fdocker.sock/info',
    'http:///8.8.8.8/',
    'http:/8.8.8.8/',
    'http:8.8.8.8',
    'ws://8.8.8.8/',
    'javascript:alert(1)',
    'blob:http://8.8.8.8/1',
    '//8.8.8.8/',
    '/relative',
    '8.8.8.8',
    '',
    'http://',
    'http://64:ff9b::7f00:1/',
    'http://user:p@8.8.8.8/',
    'http://user@8.8.8.8/',
    'http://:p@8.8.8.8/',
    'http://8.8.8.8:22/',
    'http://8.8.8.8:25/',
    'http://8.8.8.8:5432/',
    'http://8.8.8.8:6379/',
    'https://8.8.8.8:8443/',
    'http://8.8.8.8:0/',
    'http://8.8.8.8:99999/',
    'http:\\\\8.8.8.8\\',
    'http://8.8.8.8\\@127.0.0.1/',
    'http://8.8.8.8/\r\nhost: evil',
    'http://8.8.8.8/a\tb',
    'http://8.8.8.8/a\u0000b',
    ' http://8.8.8.8/',
    'http://8.8.8.8/\u2028',
    'http://exa mple.test/',
    'http://8.8.8.8%00.example/',
    `http://8.8.8.8/${'a'.repeat(2048)}`,
  ])('A188: refuses %j as a URL', async (url) => {
    expect(outbound.findFault(url)).toMatchObject({ ok: false, failure: 'invalid_url' })
    expect(await send(url)).toMatchObject({ ok: false, failure: 'invalid_url' })
  })

  it('A188: does not call a Unix socket, however it is named', async () => {
    for (const url of [
      `http://unix:${canaries.socketPath}`,
      `http://unix/${canaries.socketPath}:/`,
      `unix://${canaries.socketPath}`,
    ])
      expect(await send(url), url).toMatchObject({ ok: false })
  })

  it('A188: says what is wrong with a URL without asking anybody', () => {
    const messages = ['ftp://x.test/', 'http://a:b@x.test/', 'http://x.test:22/', 'nothing', 'https://x.test/'].map(
      (url) => outbound.findFault(url)?.message,
    )
    expect(messages).toEqual([
      'The URL must begin with http:// or https:// and a host',
      'The URL must not hold a user or a password',
      'The URL names port 22, which neither OUTBOUND_PORTS nor OUTBOUND_ALLOW opens',
      'The URL is not a URL',
      undefined,
    ])
  })

  it.each([
    ['x-a', 'b\r\nx-c: d'],
    ['x-a', 'b\nx-c: d'],
    ['x-a', 'b\u0000'],
    ['x-a', '\u{1F600}'],
    ['x-a\r\nx-c', 'b'],
    ['x a', 'b'],
    ['', 'b'],
    ['Host', 'internal.example'],
    ['Content-Length', '0'],
    ['transfer-encoding', 'chunked'],
    ['Connection', 'upgrade'],
    ['Upgrade', 'h2c'],
    ['Expect', '100-continue'],
    ['Accept-Encoding', 'gzip'],
    ['Proxy-Authorization', 'Basic eA=='],
  ])('A188: sends no header %j: %j', async (name, value) => {
    const url = `http://127.0.0.1:${receiver.port}/`
    expect(await send(url, { headers: { [name]: value } })).toMatchObject({ ok: false, failure: 'invalid_request' })
    expect(receiver.received).toEqual([])
  })

  it.each(['CONNECT', 'TRACE', 'GET / HTTP/1.1\r\nhost: a\r\n\r\nGET', 'get'])(
    'A188: sends no method %j',
    async (method) => {
      const url = `http://127.0.0.1:${receiver.port}/`
      const result = await send(url, { method: method as OutboundRequest['method'] })
      expect(result).toMatchObject({ ok: false, failure: 'invalid_request' })
      expect(receiver.received).toEqual([])
    },
  )

  it.each([301, 302, 303, 307, 308])('A186: gives back a redirect with %i and does not follow it', async (status) => {
    for (const location of [
      `http://127.0.0.1:${canaries.port}/`,
      `http://[::1]:${canaries.port}/`,
      'file:///etc/passwd',
      '/again',
    ]) {
      const redirecting = await startReceiver((response) => response.writeHead(status, { location }).end('moved'))
      const call = createOutbound({ OUTBOUND_ALLOW: `127.0.0.1:${redirecting.port}` })
      const result = await call.send({ method: 'GET', url: `http://127.0.0.1:${redirecting.port}/` })
      expect(result).toMatchObject({ ok: true, status, headers: { location }, body: 'moved' })
      expect(redirecting.received).toHaveLength(1)
      redirecting.close()
    }
  })

  it('A186: follows no refresh in a header or in a page', async () => {
    const url = `http://127.0.0.1:${canaries.port}/`
    const refreshing = await startReceiver((response) =>
      response.writeHead(200, { refresh: `0; url=${url}` }).end(`<meta http-equiv="refresh" content="0; url=${url}">`),
    )
    const call = createOutbound({ OUTBOUND_ALLOW: `127.0.0.1:${refreshing.port}` })
    const result = await call.send({ method: 'GET', url: `http://127.0.0.1:${refreshing.port}/` })
    expect(result).toMatchObject({ ok: true, status: 200 })
    refreshing.close()
  })

  it('A188: follows no proxy of the environment', async () => {
    const proxy = `http://127.0.0.1:${canaries.port}`
    const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'NODE_USE_ENV_PROXY']
    const before = names.map((name) => [name, process.env[name]] as const)
    for (const name of names) process.env[name] = name === 'NODE_USE_ENV_PROXY' ? '1' : proxy
    try {
      expect(await send(`http://127.0.0.1:${receiver.port}/`)).toMatchObject({ ok: true })
      expect(await send(`https://127.0.0.1:${receiver.port}/`)).toMatchObject({ ok: false, failure: 'tls' })
    } finally {
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name]
        else process.env[name] = value
      }
    }
  })
})
