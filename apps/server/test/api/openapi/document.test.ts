import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { define, type Persona, signUp, startServerWith } from '../../support/personas.js'
import { type Document, fetchDocument, operationsOf } from './documents.js'
import { things } from './things.js'

let server: TestServer
let admin: Persona
let user: Persona
let auditor: Persona

beforeAll(async () => {
  ;({ server, admin } = await startServerWith(things))
  user = await signUp(server, 'user@example.com')
  auditor = await signUp(server, 'auditor@example.com', admin, ['auditor'])
})

afterAll(() => server?.stop())

const tokenOf = {
  anonymous: () => undefined,
  user: () => user.token,
  auditor: () => auditor.token,
  admin: () => admin.token,
}
const audiences = Object.keys(tokenOf) as (keyof typeof tokenOf)[]
const documentFor = (audience: keyof typeof tokenOf): Promise<Document> => fetchDocument(server, tokenOf[audience]())

describe('the document', () => {
  it.each(audiences)('is valid OpenAPI 3.1 for %s', async (audience) => {
    const validator = new Validator()
    const { valid, errors } = await validator.validate(await documentFor(audience))
    expect(errors ?? []).toEqual([])
    expect(valid).toBe(true)
    expect(validator.version).toBe('3.1')
  })

  it.each(audiences)('leads every reference somewhere and carries nothing beside them for %s', async (audience) => {
    const document = await documentFor(audience)
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(\w+)\/([^"]+)"/g)]
    const named = new Set(references.map(([, kind, name]) => `${kind}/${name}`))
    const present = (['schemas', 'parameters', 'responses'] as const).flatMap((kind) =>
      Object.keys(document.components[kind]).map((name) => `${kind}/${name}`),
    )
    expect([...named].sort()).toEqual(present.sort())
  })

  it.each(audiences)('gives operations ids of their own for %s', async (audience) => {
    const { paths } = await documentFor(audience)
    const ids = Object.values<object>(paths).flatMap((item) =>
      Object.values(item).map(({ operationId }) => operationId),
    )
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('names the server as clients reach it, and no version of the product', async () => {
    const document = await documentFor('admin')
    expect(document.servers).toEqual([{ url: server.config.publicUrl }])
    expect(document.info.version).toBe('1')
  })
})

describe('what a reader sees', () => {
  it('is, for somebody who has not signed in, what everybody who signs in may do', async () => {
    expect(await documentFor('anonymous')).toEqual(await documentFor('user'))
  })

  it('is the routes their roles open', async () => {
    const operations = operationsOf(await documentFor('user'))
    const own = operations.filter((operation) => operation.includes('/collections/'))
    expect(own).toContain('PATCH /api/v1/collections/things/records/{id}')
    expect(own.filter((operation) => operation.includes('inbox'))).toEqual([
      'POST /api/v1/collections/inbox/records',
      'PUT /api/v1/collections/inbox/records',
      'PUT /api/v1/collections/inbox/records/{id}',
      'POST /api/v1/collections/inbox/import',
    ])
    expect(own.filter((operation) => operation.includes('ledger'))).toEqual([])
    const audits = operationsOf(await documentFor('auditor')).filter((operation) => operation.includes('ledger'))
    expect(audits.map((operation) => operation.split(' ')[0])).toEqual(['GET', 'GET', 'POST', 'POST', 'GET', 'POST'])
  })

  it('says which of them need a sign-in', async () => {
    const { paths } = await documentFor('anonymous')
    const records = paths['/api/v1/collections/things/records']
    expect(records.get.security).toEqual([{}, { bearer: [] }])
    expect(records.post.security).toEqual([{ bearer: [] }])
    expect(paths['/api/v1/auth/me'].get.security).toEqual([{ bearer: [] }])
  })

  it('is the fields their rules reach, to read and to write', async () => {
    const { schemas } = (await documentFor('user')).components
    expect(Object.keys(schemas['things.record'].properties)).not.toContain('secret')
    expect(Object.keys(schemas['things.record'].properties)).toEqual(
      expect.arrayContaining(['id', 'version', 'title', 'owner', 'double', 'salary', 'expand']),
    )
    expect(schemas['things.record'].required).toEqual(['id', 'createdAt', 'title', 'status'])
    expect(schemas['things.create'].required).toEqual(['title'])
    expect(Object.keys(schemas['things.create'].properties)).toEqual(expect.arrayContaining(['id', 'title', 'origin']))
    for (const name of ['owner', 'double', 'createdAt', 'secret'])
      expect(Object.keys(schemas['things.create'].properties)).not.toContain(name)
    for (const name of ['id', 'origin']) expect(Object.keys(schemas['things.update'].properties)).not.toContain(name)
    expect(Object.keys(schemas['things.record'].properties.expand.properties)).toEqual(['createdBy', 'owner', 'parts'])
  })

  it('hides what only admins may see: routes, their shapes, collections, hidden fields, and the words about them', async () => {
    for (const audience of ['anonymous', 'user'] as const) {
      const document = await documentFor(audience)
      // It has a field of the same name as the hidden one, and is nothing of the collection.
      const { TotpDetails: _, ...schemas } = document.components.schemas
      const text = JSON.stringify({ ...document, components: { ...document.components, schemas } })
      expect(text).not.toMatch(/Canary|ledger|auditor|"secret"|api\/v1\/admin\/(?!setup)|RolesRequest/)
    }
    const all = await documentFor('admin')
    expect(operationsOf(all)).toEqual(
      expect.arrayContaining(['GET /api/v1/admin/collections', 'GET /api/v1/admin/users']),
    )
    expect(all.components.schemas['things.record'].properties.secret).toBeDefined()
    expect(all.components.schemas['things.create'].properties.owner).toBeDefined()
    expect(all.paths['/api/v1/collections/ledger/records/{id}'].delete).toBeDefined()
  })

  it('enumerates what one may sort by and select', async () => {
    const { parameters } = (await documentFor('user')).paths['/api/v1/collections/parts/records'].get
    const enumOf = (name: string) =>
      parameters.find((parameter: { name: string }) => parameter.name === name).schema.items.enum
    expect(enumOf('fields')).toEqual([
      ...['id', 'createdAt', 'updatedAt', 'createdBy', 'version'],
      ...['name', 'thing', 'related'],
    ])
    expect(enumOf('sort')).toEqual(expect.arrayContaining(['name', '-name', 'thing.title', '-thing.title']))
    expect(enumOf('sort')).not.toContain('related')
    expect(enumOf('sort')).not.toContain('thing.secret')
  })
})

describe('the answer', () => {
  it('is kept until the schema changes, then made anew', async () => {
    const before = await server.request('GET', '/api/v1/openapi.json')
    const etag = before.headers.get('etag')!
    const again = await server.request('GET', '/api/v1/openapi.json', { headers: { 'if-none-match': etag } })
    expect([again.status, again.text]).toEqual([304, ''])
    expect(before.headers.get('cache-control')).toBe('private, no-cache')
    expect(before.headers.get('vary')).toContain('Authorization')

    const rules = [{ role: 'public', action: 'read' as const }]
    await define(server, admin, [{ name: 'news', fields: [{ name: 'text', type: 'text' }], rules }])
    const after = await server.request('GET', '/api/v1/openapi.json', { headers: { 'if-none-match': etag } })
    expect(after.status).toBe(200)
    expect(operationsOf(after.json)).toContain('GET /api/v1/collections/news/records')
    expect(after.json.components.schemas['news.record']).toBeDefined()
  })

  it('is refused to a bad token', async () => {
    expect((await server.request('GET', '/api/v1/openapi.json', { token: 'x' })).status).toBe(401)
  })
})
