import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sendRaw } from '../../support/index.js'
import { docsPath, type Fixture, recordsOf, startFixture } from './fixture.js'
import { bytesOf } from './oracles.js'

/** No way to write a path leads around the guards: it is the route's own path, or nothing is there. */

let fixture: Fixture
beforeAll(async () => {
  fixture = await startFixture()
})
afterAll(() => fixture?.stop())

/** The status line and the body of an answer to bytes that no client of ours would send. */
async function raw(target: string, method = 'GET'): Promise<{ status: number; text: string }> {
  const { host } = new URL(fixture.server.url)
  const answer = await sendRaw(
    fixture.server.url,
    `${method} ${target} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`,
  )
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]), text: answer.slice(answer.indexOf('\r\n\r\n') + 4) }
}

const variants = (path: string): string[] => [
  `/${path}`,
  `${path}/`,
  `${path}//`,
  path.replaceAll('/', '//'),
  path.replaceAll('/', '/./'),
  `/x/..${path}`,
  `/health/live/..${path}`,
  path.toUpperCase(),
  path.replace('admin', 'Admin').replace('collections', 'Collections'),
  path.replace('/a', '/%61'),
  path.replace('api', '%61pi'),
  path.replaceAll('/', '%2f'),
  path.replace(/\/([^/]*)$/, '%2f$1'),
  path.replaceAll('/', '\\'),
  `${path};x=1`,
  `${path}%20`,
  `${path}%00`,
  `${path}%09`,
  `${path}.`,
  `${path}.json`,
  `${path}#x`,
  `${path}%3f`,
  `http://localhost${path}`,
  `//localhost${path}`,
]

describe('A208 any way to write a path', () => {
  it.each(['/api/v1/admin/collections', '/api/v1/admin/users', '/api/v1/collections/audit/records', '/api/v1/auth/me'])(
    'to %s is guarded like the path itself, or leads nowhere',
    async (path) => {
      expect((await raw(path)).status).toBe(401)
      for (const method of ['GET', 'HEAD'])
        for (const variant of variants(path)) {
          const { status, text } = await raw(variant, method)
          expect([400, 401, 403, 404, 405], `${method} ${variant} ${text}`).toContain(status)
          expect(text).not.toContain('canary')
        }
    },
  )

  it('is not replaced by a header or a parameter', async () => {
    const headers = {
      'x-original-url': '/health/live',
      'x-rewrite-url': '/health/live',
      'x-forwarded-prefix': '/health',
    }
    expect((await fixture.ask('ANON', 'GET', recordsOf('audit'), { headers })).status).toBe(401)
    for (const search of ['u=/api/v1/health', 'path=/health/live', 'url=%2fhealth%2flive'])
      expect((await fixture.ask('ANON', 'GET', `/api/v1/admin/users?${search}`)).status).toBe(401)
  })

  it('does not make an id of what is none', async () => {
    const own = fixture.docs['own']!.id
    for (const id of [
      `../${own}`,
      `..%2f${own}`,
      `${own}%2f..%2f..`,
      `${own}/.`,
      `${own}/x`,
      `.`,
      `..`,
      `%2e%2e`,
      `${own}?x`,
      `${own}%00`,
    ])
      for (const method of ['GET', 'DELETE', 'PATCH']) {
        const body = method === 'PATCH' ? { body: { title: 'x' } } : {}
        const { status } = await fixture.ask('ALICE', method, `${docsPath}/${id}`, body)
        expect([400, 401, 404, 405], `${method} ${id}`).toContain(status)
      }
    expect((await fixture.ask('ADMIN', 'GET', `${docsPath}/${own}`)).json.data.title).toBe('canary-title-1-')
  })

  it('tells a closed collection from no collection only to who may know: by its status alone', async () => {
    const closed = await fixture.ask('ALICE', 'GET', recordsOf('audit'))
    const absent = await fixture.ask('ALICE', 'GET', recordsOf('nopes'))
    expect([closed.status, absent.status]).toEqual([403, 404])
    // Names of collections are no secret; nothing else of a closed one is told.
    for (const search of [
      '?filter[entry]=x',
      '?filter[nope]=x',
      '?sort=doc',
      '?expand=doc',
      '?limit=x',
      `/${fixture.docs['own']!.id}`,
    ]) {
      const path = search.startsWith('/') ? recordsOf('audit') + search : recordsOf('audit') + search
      expect(bytesOf(await fixture.ask('ALICE', 'GET', path))).toBe(bytesOf(closed))
    }
  })
})
