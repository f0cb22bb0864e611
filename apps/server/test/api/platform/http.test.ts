import { Body, Controller, Get, Module, Param, Post, Res } from '@nestjs/common'
import { IsInt, IsString, MaxLength } from 'class-validator'
import type { Response } from 'express'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { JobsModule } from '../../../src/jobs/jobs.module.js'
import { ObservabilityModule } from '../../../src/observability/observability.module.js'
import { PlatformModule } from '../../../src/platform/platform.module.js'
import { sendRaw, startServer, type TestServer } from '../../support/index.js'

class Profile {
  @IsString()
  @MaxLength(10)
  name!: string

  @IsInt()
  age!: number
}

@Controller('echo')
class EchoController {
  @Post()
  echo(@Body() body: unknown) {
    return { data: body }
  }

  @Post('profile')
  profile(@Body() body: Profile) {
    return { data: body }
  }

  @Get('raw')
  raw(@Res() response: Response) {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":1}')
  }

  @Get('page')
  page(@Res() response: Response) {
    response.setHeader('content-security-policy', "default-src 'self'").send('<p>hello')
  }

  @Get('broken')
  broken() {
    throw new Error('select * from secrets')
  }

  @Get('items/:id')
  item(@Param('id') id: string) {
    return { data: id }
  }
}

@Module({ imports: [PlatformModule, JobsModule, ObservabilityModule], controllers: [EchoController] })
class EchoModule {}

const allowed = 'https://app.example.com'
let server: TestServer
beforeAll(async () => {
  const env = { CORS_ORIGINS: allowed, MAX_BODY_BYTES: '2048', LOG_LEVEL: 'silent' }
  server = await startServer(env, EchoModule)
})
afterAll(() => server.stop())

const echo = '/api/v1/echo'
const post = (body: unknown, headers?: Record<string, string>, path = echo) =>
  server.request('POST', path, { body, headers })

describe('request bodies', () => {
  it('are read as JSON', async () => {
    const { status, json } = await post({ a: [1, 'ü', null] })
    expect([status, json]).toEqual([201, { data: { a: [1, 'ü', null] } }])
  })

  it.each([
    ['malformed JSON', '{"a":', undefined, 400, 'malformed_json'],
    ['a wrong token', '{"secret":x}', undefined, 400, 'malformed_json'],
    ['a bare value', '"text"', undefined, 400, 'invalid_body'],
    ['a body that is too large', `"${'x'.repeat(3000)}"`, undefined, 413, 'body_too_large'],
    ['another media type', '{}', { 'content-type': 'text/plain' }, 415, 'unsupported_media_type'],
    [
      'a media type that only looks like JSON',
      '{}',
      { 'content-type': 'application/problem+json' },
      415,
      'unsupported_media_type',
    ],
    ['another charset', '{}', { 'content-type': 'application/json; charset=utf-16' }, 415, 'unsupported_media_type'],
    ['a compressed body', '{}', { 'content-encoding': 'gzip' }, 415, 'unsupported_media_type'],
    ['a key that reaches prototypes', '{"a":{"__proto__":{}}}', undefined, 400, 'forbidden_key'],
    ['the character U+0000', '{"a":"\\u0000"}', undefined, 422, 'validation_failed'],
    ['half of a surrogate pair', '{"a":"\\ud83d"}', undefined, 422, 'validation_failed'],
    ['an integer that is not exact', '{"a":9007199254740993}', undefined, 422, 'validation_failed'],
  ])('refuse %s', async (_name, body, headers, status, code) => {
    const answer = await post(body, headers)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.json).toMatchObject({
      status,
      code,
      type: `urn:holdfast:error:${code}`,
      requestId: answer.headers.get('x-request-id'),
    })
    expect(answer.status).toBe(status)
    expect(answer.text).not.toContain('secret')
  })

  it('refuse what is not UTF-8', async () => {
    const head = `POST ${echo} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\nconnection: close\r\n\r\n`
    const answer = await sendRaw(server.url, Buffer.concat([Buffer.from(head), Buffer.from('{"a":"\xff"}', 'latin1')]))
    expect(answer).toMatch(/^HTTP\/1.1 400 .*malformed_json/s)
  })

  it('refuse a chunked body that grows too large, and the sender sees why', async () => {
    const chunk = `400\r\n${'x'.repeat(1024)}\r\n`
    const head = `POST ${echo} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`
    const answer = await sendRaw(server.url, `${head}${chunk.repeat(100)}0\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1.1 413 .*connection: close.*body_too_large/s)
  })
})

describe('bodies of system routes', () => {
  const send = (body: unknown) => post(body, undefined, `${echo}/profile`)

  it('are checked against their class, each field by its path', async () => {
    const { status, json } = await send({ name: 'much too long a name', age: '7' })
    expect(status).toBe(422)
    expect(json.errors).toMatchObject([
      { path: 'name', code: 'too_long' },
      { path: 'age', code: 'invalid' },
    ])
  })

  it.each([
    ['a field nobody knows', { name: 'a', age: 1, admin: true }, 400, 'unknown_field'],
    ['a list', [{ name: 'a', age: 1 }], 400, 'invalid_body'],
    ['nothing', undefined, 422, 'validation_failed'],
    ['a text given as an object', { name: { length: 1 }, age: 1 }, 422, 'validation_failed'],
  ])('refuse %s', async (_name, body, status, code) => {
    const answer = await send(body)
    expect(answer.json).toMatchObject({ status, code })
  })
})

describe('every answer', () => {
  it.each([
    ['by Nest', 'POST', echo, {}, 201],
    ['written to the socket', 'GET', `${echo}/raw`, undefined, 200],
    ['an error', 'GET', '/nowhere', undefined, 404],
    ['a refused body', 'POST', echo, '{', 400],
  ])('carries the standard headers: %s', async (_name, method, path, body, status) => {
    const answer = await server.request(method, path, { body, headers: { origin: allowed } })
    expect(answer.status).toBe(status)
    const headers = Object.fromEntries(answer.headers)
    delete headers['date']
    delete headers['content-length']
    delete headers['transfer-encoding']
    expect(headers).toEqual({
      'access-control-allow-credentials': 'true',
      'access-control-allow-origin': allowed,
      'access-control-expose-headers': 'etag, idempotency-replayed, location, retry-after, x-request-id',
      'cache-control': 'private, no-store',
      connection: 'keep-alive',
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
      'content-type': expect.stringMatching(/^application\/(problem\+)?json/),
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'keep-alive': expect.any(String),
      'referrer-policy': 'no-referrer',
      vary: 'Origin',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'x-request-id': expect.stringMatching(/^[\w-]{8,}$/),
    })
  })

  it('keeps a policy the route set itself', async () => {
    const { headers } = await server.request('GET', `${echo}/page`)
    expect(headers.get('content-security-policy')).toBe("default-src 'self'")
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })

  it('takes a harmless request id from the caller and replaces any other', async () => {
    const idFor = async (id: string) =>
      (await server.request('GET', '/health/live', { headers: { 'x-request-id': id } })).headers.get('x-request-id')
    expect(await idFor('abc-123_DEF.4')).toBe('abc-123_DEF.4')
    expect(await idFor('<script>alert(1)</script>')).toMatch(/^[\w-]+$/)
  })

  it('says nothing of what broke inside', async () => {
    const { status, json, text } = await server.request('GET', `${echo}/broken`)
    expect([status, json.code]).toEqual([500, 'internal'])
    expect(text).not.toMatch(/secrets|Error|\.ts/)
  })
})

describe('CORS', () => {
  it.each([
    'https://evil.example',
    'null',
    'https://app.example.com.evil.example',
    'http://app.example.com',
    'https://app.example.com:444',
  ])('is closed to %s', async (origin) => {
    const ask = { origin, 'access-control-request-method': 'POST' }
    for (const [method, headers] of [
      ['GET', { origin }],
      ['OPTIONS', ask],
    ] as const) {
      const answer = await server.request(method, '/health/live', { headers })
      expect(answer.headers.get('access-control-allow-origin')).toBeNull()
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
      expect(answer.headers.get('vary')).toBe('Origin')
    }
  })

  it('answers the question of an allowed origin', async () => {
    const headers = { origin: allowed, 'access-control-request-method': 'PATCH' }
    const answer = await server.request('OPTIONS', echo, { headers })
    expect(answer.status).toBe(204)
    expect(answer.headers.get('access-control-allow-origin')).toBe(allowed)
    expect(answer.headers.get('access-control-allow-methods')).toContain('PATCH')
    expect(answer.headers.get('access-control-allow-credentials')).toBe('true')
  })
})

describe('paths', () => {
  it.each([
    '//api/v1/echo/raw',
    '/api/v1/echo/raw/',
    '/API/v1/echo/raw',
    '/api/v1/echo/%72aw',
    '/api/v1/./echo/raw',
    '/api//v1/echo/raw',
    '/api/v1/echo/raw;x',
    '/api/v1/echo/raw.',
    '/api/v1/echo/raw%2f',
    '/x/../api/v1/echo/raw',
    '/api/v1/echo/raw%00',
  ])('%s is nothing', async (path) => {
    const answer = await sendRaw(server.url, `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1.1 404 .*"code":"not_found"/s)
  })

  it('answers 405 with the methods there are', async () => {
    const answer = await server.request('DELETE', `${echo}/raw`)
    expect([answer.status, answer.json.code, answer.headers.get('allow')]).toEqual([405, 'method_not_allowed', 'GET'])
  })

  it('refuses a parameter that is not encoded correctly', async () => {
    const answer = await sendRaw(
      server.url,
      `GET ${echo}/items/%E0%A4%A HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`,
    )
    expect(answer).toMatch(/^HTTP\/1.1 400 .*problem\+json/s)
  })
})

describe('broken requests', () => {
  it('are told to encode letters in the URL', async () => {
    const answer = await sendRaw(server.url, 'GET /health/live?q=東京 HTTP/1.1\r\nhost: x\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1.1 400 .*"detail":"The URL has characters that must be percent-encoded"/s)
  })

  it.each([
    [
      'two hosts',
      'GET /health/live HTTP/1.1\r\nhost: a\r\nhost: b\r\nconnection: close\r\n\r\n',
      400,
      'malformed_request',
    ],
    ['what is no HTTP', 'hello\r\n\r\n', 400, 'malformed_request'],
    [
      'two lengths',
      `POST ${echo} HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}`,
      400,
      'malformed_request',
    ],
    ['headers without end', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(200_000)}\r\n\r\n`, 431, 'headers_too_large'],
    [
      'a URL without end',
      `GET /${'x'.repeat(110_000)} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`,
      414,
      'uri_too_long',
    ],
    [
      'two media types',
      `POST ${echo} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\n{}`,
      415,
      'unsupported_media_type',
    ],
  ])('get an answer in the same shape: %s', async (_name, bytes, status, code) => {
    const answer = await sendRaw(server.url, bytes)
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} .*application/problem\\+json.*"code":"${code}"`, 's'))
  })
})
