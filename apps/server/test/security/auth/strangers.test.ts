import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { define, type Persona, startServerWith } from '../../support/personas.js'
import type { TestServer } from '../../support/start-server.js'

let server: TestServer
let admin: Persona
beforeAll(async () => {
  ;({ server, admin } = await startServerWith([]))
  await define(server, admin, [
    {
      name: 'articles',
      fields: [
        { name: 'title', type: 'text' },
        { name: 'margin', type: 'decimal' },
        { name: 'internalNote', type: 'text', hidden: true },
      ],
      rules: [{ role: 'public', action: 'read', fields: ['title'] }],
    },
    { name: 'salaries', fields: [{ name: 'amount', type: 'decimal' }] },
  ])
})
afterAll(() => server.stop())

const versions = (): string[] => {
  const root = new URL('../../../../../', import.meta.url)
  const read = (path: string) => JSON.parse(readFileSync(new URL(path, root), 'utf8'))
  const { dependencies } = read('apps/server/package.json') as { dependencies: Record<string, string> }
  const libraries = ['@nestjs/core', 'express', 'pg', 'typeorm', 'passport']
  return [...libraries.map((name) => dependencies[name]!), process.version]
}

describe('A158: somebody who is not signed in', () => {
  it('is told of no version of ours, of Node or of a library', async () => {
    const answers = await Promise.all(
      [
        '/health/live',
        '/health/ready',
        '/.well-known/jwks.json',
        '/api/v1/openapi.json',
        '/api/v1/nowhere',
        '/nowhere',
      ].map((path) => server.request('GET', path)),
    )
    for (const { headers, text } of answers) {
      for (const name of ['x-powered-by', 'server', 'via', 'x-runtime']) expect(headers.get(name)).toBeNull()
      for (const version of versions()) expect(text).not.toContain(version)
    }
    expect(answers[3]!.json.info.version).toBe('1')
  })

  it('finds in the document what they may use, and not that there is more', async () => {
    const { text, json } = await server.request('GET', '/api/v1/openapi.json')
    expect(Object.keys(json.paths)).toContain('/api/v1/collections/articles/records')
    for (const secret of ['margin', 'internalNote', 'salaries', 'amount']) expect(text).not.toContain(secret)
    for (const path of Object.keys(json.paths)) expect(path).not.toMatch(/^\/api\/v1\/admin\/(?!setup)/)
  })

  it('is not helped to guess names', async () => {
    const ask = (query: Record<string, string>) =>
      server.request('GET', '/api/v1/collections/articles/records', { query })
    const shapeOf = async (name: string) => {
      const answers = await Promise.all([
        ask({ fields: name }),
        ask({ sort: name }),
        ask({ [`filter[${name}]`]: '1' }),
        ask({ expand: name }),
      ])
      return answers.map(({ status, text }) => [
        status,
        text.replaceAll(name, 'NAME').replace(/"requestId":"[^"]*"/, ''),
      ])
    }
    expect(await shapeOf('margin')).toEqual(await shapeOf('nosuchfield'))
    const [closed, absent] = await Promise.all(
      ['salaries', 'nothing'].map((name) => server.request('GET', `/api/v1/collections/${name}/records`)),
    )
    expect([closed!.status, closed!.json.code]).not.toEqual([200, undefined])
    expect(absent!.status).toBeGreaterThanOrEqual(400)
  })

  it('gets no plan of a query', async () => {
    const { status, text } = await server.request('GET', '/api/v1/collections/articles/records', {
      query: { explain: 'plan' },
    })
    expect(status).toBeGreaterThanOrEqual(400)
    expect(text).not.toMatch(/Seq Scan|cost/i)
  })
})
