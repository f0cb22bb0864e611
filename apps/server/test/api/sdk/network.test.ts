import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createClient, HoldfastError, memoryStorage, NetworkError } from '@holdfast/sdk'
import { withAdmin } from '@holdfast/sdk/admin'
import { describe, expect, it } from 'vitest'

/** Talks to whatever stands between a client and its server. */
async function behind<T>(listener: RequestListener, work: (url: string) => Promise<T>): Promise<T> {
  const proxy = createServer(listener).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  try {
    return await work(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`)
  } finally {
    proxy.closeAllConnections()
    proxy.close()
  }
}

const list = (url: string, signal?: AbortSignal): Promise<unknown> =>
  createClient(url, { storage: memoryStorage() }).collection('posts').list({ signal })

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  )

describe('the network', () => {
  it('gives a NetworkError when nobody listens', async () => {
    const url = await behind(
      () => undefined,
      async (address) => address,
    )
    const error = await failureOf(list(url))
    expect(error).toBeInstanceOf(NetworkError)
    expect((error as NetworkError).message).toContain(url)
  })

  it('gives a NetworkError when the answer breaks off', async () => {
    const error = await behind(
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
        response.write('{"data":[')
        setTimeout(() => response.destroy(), 20)
      },
      (url) => failureOf(list(url)),
    )
    expect(error).toBeInstanceOf(NetworkError)
  })

  it('gives unexpected_response when a proxy answers', async () => {
    const error = await behind(
      (_request, response) => response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>'),
      (url) => failureOf(list(url)),
    )
    expect(error).toMatchObject({ code: 'unexpected_response', status: 502, detail: 'The server answered 502' })
  })

  it('sends again what a proxy could not bring to the server, under the same key', async () => {
    const keys: unknown[] = []
    const created = await behind(
      (request, response) => {
        keys.push(request.headers['idempotency-key'])
        if (keys.length < 3) response.writeHead(keys.length === 1 ? 502 : 504).end('<h1>Bad gateway</h1>')
        else response.writeHead(201, { 'content-type': 'application/json' }).end('{"data":{"id":"1"}}')
      },
      (url) => createClient(url, { storage: memoryStorage(), retries: 3 }).collection('posts').create({ title: 'a' }),
    )
    expect(created).toEqual({ id: '1' })
    expect(keys).toEqual([keys[0], keys[0], keys[0]])
    expect(keys[0]).toMatch(/^[\da-f-]{36}$/)
  })

  it('does not send again what has no key', async () => {
    let requests = 0
    const error = await behind(
      (_request, response) => {
        requests += 1
        response.writeHead(502).end()
      },
      (url) =>
        failureOf(
          withAdmin(createClient(url, { storage: memoryStorage(), retries: 3 })).admin.roles.create({ name: 'a' }),
        ),
    )
    expect(error).toMatchObject({ status: 502 })
    expect(requests).toBe(1)
  })

  it('gives unexpected_response when the answer is not what it says', async () => {
    const error = await behind(
      (_request, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{'),
      (url) => failureOf(list(url)),
    )
    expect(error).toBeInstanceOf(HoldfastError)
    expect(error).toMatchObject({ code: 'unexpected_response', status: 200 })
  })

  it('says how long to wait', async () => {
    const error = await behind(
      (_request, response) =>
        response
          .writeHead(429, { 'content-type': 'application/problem+json', 'retry-after': '7' })
          .end('{"code":"rate_limited","detail":"Too many","status":429}'),
      (url) => failureOf(list(url)),
    )
    expect(error).toMatchObject({ code: 'rate_limited', retryAfterSeconds: 7 })
  })

  it('throws the reason of the signal, and only then gives up', async () => {
    const error = await behind(
      () => undefined,
      async (url) => {
        const controller = new AbortController()
        const waiting = failureOf(list(url, controller.signal))
        setTimeout(() => controller.abort(new Error('enough')), 30)
        return waiting
      },
    )
    expect(error).toEqual(new Error('enough'))
  })

  it('sends a fixed token with every request', async () => {
    const seen: (string | undefined)[] = []
    await behind(
      (request, response) => {
        seen.push(request.headers.authorization)
        response
          .writeHead(401, { 'content-type': 'application/problem+json' })
          .end('{"code":"unauthenticated","status":401}')
      },
      (url) => failureOf(createClient(url, { token: 'sk_1' }).collection('posts').list()),
    )
    expect(seen).toEqual(['Bearer sk_1'])
  })

  it('asks below the path of the URL it is given', async () => {
    const paths: (string | undefined)[] = []
    await behind(
      (request, response) => {
        paths.push(request.url)
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":[],"meta":{"nextCursor":null}}')
      },
      (url) => list(`${url}/backend/`),
    )
    expect(paths).toEqual(['/backend/api/v1/collections/posts/records'])
  })
})
