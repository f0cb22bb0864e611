import type { Express } from 'express'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DirectRoutes } from '../../../src/platform/http/index.js'
import type { RequestOptions, TestResponse, TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'
import { openStream } from '../../support/realtime.js'
import { Answers, type Document, fetchDocument, operationsOf } from './documents.js'
import { things } from './things.js'

/** Pages for people: not part of the API. */
const undocumented = [
  'GET /api/v1/docs',
  'GET /api/v1/docs/{file}',
  'GET /setup',
  'GET /',
  'GET /console',
  'GET /console/{*path}',
]

let server: TestServer
let admin: Persona
let user: Persona

beforeAll(async () => {
  ;({ server, admin } = await startServerWith(things))
  user = await signUp(server, 'user@example.com')
})

afterAll(() => server?.stop())

describe('every route', () => {
  /** What Express has inside and its types leave out. */
  interface Layer {
    readonly route?: { readonly path: string; readonly stack: readonly { readonly method: string }[] }
  }

  const routesOf = (): string[] => {
    const { router } = server.app.getHttpAdapter().getInstance() as Express
    const routes = (router.stack as unknown as Layer[]).flatMap(({ route }) =>
      route ? route.stack.map(({ method }) => `${method.toUpperCase()} ${route.path}`) : [],
    )
    const direct = server.app.get(DirectRoutes).all.map(({ method, path }) => `${method} ${path}`)
    return [
      ...new Set([
        ...routes
          .filter((route) => !/ \/(auth\/ui|oidc|api\/v1\/auth\/continue)/.test(route))
          .map((route) => route.replaceAll(/:(\w+)/g, '{$1}')),
        ...direct,
      ]),
    ].map((route) => route.replace('{collection}', 'things'))
  }

  it('is in the document of admins, and every route of the document is there', async () => {
    const documented = operationsOf(await fetchDocument(server, admin.token))
    const ofOthers = documented.filter(
      (route) => /collections\/(?!things|\{)/.test(route) && !route.includes('/admin/'),
    )
    expect(routesOf().sort()).toEqual(
      [...documented.filter((route) => !ofOthers.includes(route)), ...undocumented].sort(),
    )
  })
})

describe('every operation of a collection answers as documented', () => {
  let document: Document
  let answers: Answers
  const base = '/api/v1/collections/things'

  beforeAll(async () => {
    document = await fetchDocument(server, user.token)
    answers = new Answers(document)
  })

  /** Sends a request and holds the answer against the document; `{id}` in the operation stands for `id`. */
  async function send(
    operation: string,
    options: RequestOptions & { id?: string; version?: number } = {},
  ): Promise<TestResponse> {
    const [method, path] = operation.split(' ') as [string, string]
    const url = path.replace('{id}', options.id ?? '').replace('{version}', String(options.version))
    const response = await server.request(method, url, { token: user.token, ...options })
    answers.expectDocumented(operation, response)
    return response
  }

  const bodyOf = (operation: string) => {
    const [method, path] = operation.split(' ') as [string, string]
    const at = `/paths/${path.replaceAll('/', '~1')}/${method.toLowerCase()}/requestBody/content/application~1json`
    return { at, example: document.paths[path][method.toLowerCase()].requestBody.content['application/json'].example }
  }

  const [list, query] = [`GET ${base}/records`, `POST ${base}/query`]
  const [create, get] = [`POST ${base}/records`, `GET ${base}/records/{id}`]
  const [update, upsert, remove] = ['PATCH', 'PUT', 'DELETE'].map((method) => `${method} ${base}/records/{id}`) as [
    string,
    string,
    string,
  ]
  const newThing = async (body: object = {}): Promise<string> =>
    (await send(create, { body: { title: 'A thing', ...body } })).json.data.id

  it('examples of bodies are valid and accepted', async () => {
    for (const operation of [create, update, upsert]) {
      const { at, example } = bodyOf(operation)
      answers.expectValid(`${at}/schema`, example)
      expect(Object.keys(example)).toEqual(expect.arrayContaining(['contact', 'link', 'price', 'takes', 'place']))
    }
    const { status, json } = await send(create, { body: bodyOf(create).example })
    expect(status).toBe(201)
    const changed = { ...bodyOf(update).example, code: 'AB123' }
    expect((await send(update, { id: json.data.id, body: changed })).status).toBe(200)
    const id = '01910000-0000-7000-8000-000000000001'
    expect((await send(upsert, { id, body: { ...bodyOf(upsert).example, origin: undefined } })).status).toBe(201)
  })

  it('list and query', async () => {
    await newThing({ labels: ['x'] })
    expect((await send(list)).json.data.length).toBeGreaterThan(0)
    const page = await send(list, { query: { sort: '-createdAt,title', limit: '1', count: 'exact' } })
    expect(page.json.meta.total).toBeGreaterThan(0)
    await send(list, { query: { cursor: page.json.meta.nextCursor, sort: '-createdAt,title' } })
    await send(list, { query: { expand: 'owner,parts' } })
    await send(list, { token: undefined })
    const body = { filter: { title: { $startsWith: 'A' } }, sort: ['title'], limit: 5, count: 'upTo:3' }
    answers.expectValid(`${bodyOf(query).at}/schema`, body)
    expect((await send(query, { body })).json.meta.total).toBeGreaterThan(0)
    await send(query, { body: bodyOf(query).example })
  })

  it('list, by every name it enumerates', async () => {
    interface Parameter {
      readonly name: string
      readonly schema: { readonly items: { readonly enum: string[] } }
    }
    const parameters: Parameter[] = document.paths[`${base}/records`].get.parameters
    for (const parameter of parameters.filter(({ name }) => name === 'sort' || name === 'fields'))
      for (const name of parameter.schema.items.enum) {
        const { status, text } = await server.request('GET', `${base}/records`, {
          token: user.token,
          query: { [parameter.name]: name },
        })
        expect(status, text).toBe(200)
      }
  })

  it('filter, by every operator it names', async () => {
    const { schemas } = document.components
    const samples: { [format: string]: unknown } = {
      ...{ string: 'x', number: 1, boolean: true, date: '2026-01-31', 'date-time': '2026-01-31T12:00:00Z' },
      ...{ duration: 'P1D', uuid: user.id },
    }
    const sampleOf = (schema: Document): unknown => {
      if (schema.examples) return schema.examples[0]
      if (schema.anyOf) return sampleOf(schema.anyOf[0])
      if (schema.type === 'array') return Array(schema.minItems ?? 1).fill(sampleOf(schema.items))
      if (schema.type === 'object') return { id: user.id }
      return samples[schema.format] ?? samples[[schema.type].flat()[0]] ?? 'x'
    }
    const filters = Object.entries<Document>(schemas['things.filter'].properties)
      .filter(([name]) => !name.startsWith('$'))
      .flatMap(([name, { $ref }]) => {
        const condition = schemas[$ref.split('/').at(-1)]
        const operators: Document = (condition.anyOf?.at(-1) ?? condition).properties
        const item = name === 'owner' || name === 'parts' || name === 'createdBy' ? user.id : undefined
        return Object.entries(operators).map(([operator, operand]) => ({
          [name]: { [operator]: (operator.startsWith('$has') && item) || sampleOf(operand) },
        }))
      })
    expect(filters.length).toBeGreaterThan(150)
    for (const filter of filters) {
      answers.expectValid('/components/schemas/things.filter', filter)
      const { status, text } = await server.request('POST', `${base}/query`, { token: user.token, body: { filter } })
      expect(status, `${JSON.stringify(filter)}: ${text}`).toBe(200)
    }
  })

  it('get', async () => {
    const id = await newThing()
    const { json, headers } = await send(get, { id })
    expect(json.data.owner).toBe(user.id)
    expect(headers.get('etag')).toBe('"v1"')
    await send(get, { id, query: { expand: 'owner,parts' } })
  })

  it('create', async () => {
    const many = await send(create, { body: [{ title: 'One' }, { title: 'Two' }] })
    expect(many.json.data).toHaveLength(2)
    const nothing = await server.request('POST', `${base}/records`, {
      token: user.token,
      body: { title: 'Quiet' },
      headers: { prefer: 'return=minimal' },
    })
    expect([nothing.status, nothing.text]).toEqual([201, ''])
    const blind = await server.request('POST', '/api/v1/collections/inbox/records', { body: { text: 'Hi' } })
    answers.expectDocumented('POST /api/v1/collections/inbox/records', blind)
  })

  it('update, upsert and delete', async () => {
    const id = await newThing()
    const headers = { prefer: 'return=minimal' }
    expect((await send(update, { id, body: { count: 3 } })).json.data.double).toBe(6)
    expect((await send(update, { id, body: { count: 4 }, headers })).status).toBe(204)
    expect((await send(upsert, { id, body: { count: 5 } })).status).toBe(200)
    expect((await send(upsert, { id, body: { count: 5 }, headers })).status).toBe(204)
    expect((await send(remove, { id })).status).toBe(204)
    expect((await send(upsert, { id, body: { title: 'Back' } })).status).toBe(201)
  })

  it('versions, the past and the trash', async () => {
    const id = await newThing({ count: 1 })
    const [versions, trash] = [`${base}/records/{id}/versions`, `${base}/trash`]
    await send(update, { id, body: { count: 2 } })
    expect((await send(`GET ${versions}`, { id, query: { fields: 'title', limit: '1' } })).json.data).toHaveLength(1)
    expect((await send(`GET ${versions}/{version}`, { id, version: 1 })).json.data.record.count).toBe(1)
    await send(`GET ${versions}/{version}`, { id, version: 9 })
    const asOf = new Date().toISOString()
    expect((await send(get, { id, query: { asOf } })).status).toBe(200)
    expect((await send(list, { query: { asOf, limit: '1' } })).json.data).toHaveLength(1)
    answers.expectValid(`${bodyOf(query).at}/schema`, { asOf })
    expect((await send(query, { body: { asOf } })).status).toBe(200)
    const restored = await send(`POST ${versions}/{version}/restore`, { id, version: 1 })
    expect(restored.json.data.count).toBe(1)
    const headers = { prefer: 'return=minimal' }
    expect((await send(`POST ${versions}/{version}/restore`, { id, version: 2, headers })).status).toBe(204)
    await send(remove, { id })
    const parameters = document.paths[trash].get.parameters as { name: string; schema: { items: { enum: string[] } } }[]
    for (const sort of parameters.find(({ name }) => name === 'sort')!.schema.items.enum.slice(-4))
      expect((await send(`GET ${trash}`, { query: { sort, count: 'exact' } })).status).toBe(200)
    expect((await send(`GET ${trash}`)).json.data[0].id).toBe(id)
    expect((await send(`POST ${trash}/{id}/restore`, { id })).status).toBe(200)
    expect((await send(`POST ${trash}/{id}/restore`, { id })).status).toBe(404)
    expect(document.paths[trash].delete).toBeUndefined()
  })

  it('realtime, by every parameter it names', async () => {
    const { parameters } = document.paths['/api/v1/realtime'].get
    const id = await newThing({ title: 'Told' })
    const samples: Record<string, string> = {
      ...{ collection: 'things', record: id, filter: '{"title":"Told"}', fields: 'title', expand: 'owner' },
      ...{ snapshot: 'true', sort: '-title', limit: '10' },
    }
    const names: string[] = parameters.map(({ name }: { name: string }) => name)
    expect(names.sort()).toEqual([...Object.keys(samples), 'Last-Event-ID', 'since'].sort())
    const stream = await openStream(server, samples, { token: user.token })
    const [ready] = await stream.until('ready')
    await send(update, { id, body: { title: 'Other' } })
    await stream.until('leave')
    stream.close()
    const after: Record<string, string>[][] = [
      [{}, { 'last-event-id': ready!.id }],
      [{ since: ready!.id }, {}],
    ]
    for (const [query, headers] of after) {
      const again = await openStream(
        server,
        { ...samples, snapshot: 'false', ...query },
        { token: user.token, headers },
      )
      await again.until('leave')
      again.close()
    }
    const told = stream.blocks.flatMap(({ data }) => (data === undefined ? [] : [JSON.parse(data)]))
    expect(told.map(({ type }) => type)).toEqual(['snapshot', 'ready', 'leave'])
    for (const event of told) answers.expectValid('/components/schemas/RealtimeEvent', event)
    await send('GET /api/v1/realtime', { query: { collection: 'nothing' } })
  })

  it('errors', async () => {
    const id = await newThing({ code: 'XY001' })
    const absent = '01910000-0000-7000-8000-00000000000f'
    const statuses = async (...sent: Promise<TestResponse>[]) => (await Promise.all(sent)).map(({ status }) => status)
    expect(
      await statuses(
        send(list, { query: { filter: '{"secret":"x"}' } }),
        send(list, { query: { sort: 'nothing' } }),
        send(query, { body: { wrong: 1 } }),
        send(get, { id: 'x' }),
        send(update, { id, body: { nothing: 1 } }),
        send(create, { body: '{' }),
      ),
    ).toEqual([400, 400, 400, 400, 400, 400])
    expect(await statuses(send(list, { token: 'x' }), send(remove, { id, token: undefined }))).toEqual([401, 401])
    expect(await statuses(send(create, { body: { title: 'Theirs', owner: admin.id } }))).toEqual([403])
    expect(await statuses(send(get, { id: absent }), send(remove, { id: absent }))).toEqual([404, 404])
    expect(await statuses(send(create, { body: { title: 'Twice', code: 'XY001' } }))).toEqual([409])
    const headers = { 'if-match': '"v9"' }
    expect(await statuses(send(update, { id, body: { count: 1 }, headers }), send(remove, { id, headers }))).toEqual([
      412, 412,
    ])
    expect(await statuses(send(create, { body: 'x', headers: { 'content-type': 'text/plain' } }))).toEqual([415])
    expect(await statuses(send(create, { body: { title: '' } }), send(update, { id, body: { count: -1 } }))).toEqual([
      422, 422,
    ])
  })

  it('refuses in the document what it refuses in a request', () => {
    const { at } = bodyOf(create)
    const bodies = [
      {},
      { title: 'x' },
      { title: 'ok', nothing: 1 },
      { title: 'ok', status: 'other' },
      { title: 'ok', count: '1' },
    ]
    expect(bodies.map((body) => answers.isValid(`${at}/schema`, body))).toEqual(bodies.map(() => false))
    const filter = '/components/schemas/things.filter'
    expect(
      answers.isValid(filter, { count: { $gte: 1 }, 'owner.email': 'a@example.com', $or: [{ title: null }] }),
    ).toBe(true)
    expect(answers.isValid(filter, { count: { $like: 'x' } })).toBe(false)
  })
})
