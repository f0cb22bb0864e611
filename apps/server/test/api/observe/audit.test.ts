import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { adminEmail, type Persona, password, signUp, startServerWith } from '../../support/personas.js'
import { fetchDocument, operationsOf } from '../openapi/documents.js'

let server: TestServer
let admin: Persona
let user: Persona

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    { name: 'notes', fields: [{ name: 'text', type: 'text' }], trash: { days: 1 } },
  ]))
  user = await signUp(server, 'user@example.com')
})
afterAll(() => server?.stop())

interface Line {
  readonly requestId: string
  readonly action: string
  readonly status: number
}

const list = async (query: Record<string, string> = {}): Promise<Line[]> =>
  (await server.request('GET', '/api/v1/admin/audit', { token: admin.token, query })).json.data

const act = (method: string, path: string, body?: unknown, id = 'a-request-of-a-test') =>
  server.request(method, `/api/v1${path}`, {
    token: admin.token,
    headers: { 'x-request-id': id, 'user-agent': 'a test' },
    ...(body !== undefined && { body }),
  })

describe('the audit log', () => {
  it('says who did what to what, from where, and what came of it', async () => {
    await act('PATCH', '/admin/settings/observe.requests', { retentionDays: 5 }, 'changed-a-setting')
    expect((await list({ action: 'settings' }))[0]).toEqual({
      id: expect.any(String),
      at: expect.any(String),
      action: 'settings.update',
      actorId: admin.id,
      actorEmail: adminEmail,
      keyId: null,
      actingAsId: null,
      method: 'PATCH',
      route: '/api/v1/admin/settings/{section}',
      target: 'observe.requests',
      paths: ['retentionDays'],
      address: expect.stringMatching(/127\.0\.0\.1$/),
      userAgent: 'a test',
      requestId: 'changed-a-setting',
      status: 200,
      errorCode: null,
    })
  })

  it('names what was made, and what was refused', async () => {
    await act('POST', '/admin/collections', { name: 'things', fields: [{ name: 'title', type: 'text' }] })
    await act('POST', '/admin/collections', { name: 'things', fields: [] })
    const [refused, made] = await list({ action: 'collections.create' })
    expect(made).toMatchObject({ target: 'things', status: 201, paths: ['name', 'fields[].name', 'fields[].type'] })
    expect(refused).toMatchObject({ target: 'things', errorCode: expect.any(String) })
    expect(refused!.status).toBeGreaterThanOrEqual(400)
    expect((await list({ result: 'refused' }))[0]).toEqual(refused)
    expect(await list({ target: 'things', result: 'done' })).toEqual([made])
  })

  it('knows API keys', async () => {
    const { json } = await act('POST', '/admin/api-keys', { name: 'ops', roles: ['admin'] })
    expect(json.data.key).toMatch(/^sk_/)
    const made = await server.request('POST', '/api/v1/admin/roles', { token: json.data.key, body: { name: 'editor' } })
    expect(made.status).toBe(201)
    expect((await list({ action: 'roles' }))[0]).toMatchObject({ actorId: null, keyId: json.data.id, target: 'editor' })
    expect(await list({ actorId: json.data.id })).toHaveLength(1)
  })

  it('knows sign-ins of admins, and of nobody else', async () => {
    const login = (email: string, word: string) =>
      server.request('POST', '/api/v1/auth/login', { body: { email, password: word } })
    await login(adminEmail, 'not the password')
    await login('user@example.com', 'not the password')
    await login('user@example.com', password)
    await expect.poll(() => list({ action: 'auth' }).then((lines) => lines.length)).toBe(2)
    await sleep(50)
    expect(await list({ action: 'auth' })).toEqual([
      expect.objectContaining({ actorEmail: adminEmail, status: 401, errorCode: 'invalid_credentials' }),
      expect.objectContaining({ actorEmail: adminEmail, status: 200, errorCode: null }),
    ])
  })

  it('has a line for every route for admins that writes', async () => {
    const document = await fetchDocument(server, admin.token)
    const onlyReads = [
      'POST /api/v1/permissions/explain',
      'POST /api/v1/admin/rules/test',
      'POST /api/v1/admin/permissions/preview',
      'POST /api/v1/admin/schema/plan',
      'POST /api/v1/admin/mail-templates/preview',
    ]
    const writing = operationsOf(document).filter(
      (operation) => !operation.startsWith('GET ') && (operation.includes('/admin/') || operation.includes('/trash')),
    )
    expect(writing.length).toBeGreaterThan(50)
    const missing: string[] = []
    for (const [at, operation] of writing.entries()) {
      if (onlyReads.includes(operation) || !/\/admin\/|^DELETE .*\/trash/.test(operation)) continue
      const [method, path] = operation.split(' ') as [string, string]
      const url = path.replace('/api/v1', '').replaceAll(/\{\w+\}/g, '01910000-0000-7000-8000-000000000001')
      const id = `walked-${String(at).padStart(4, '0')}`
      await act(method, url, method === 'DELETE' ? undefined : {}, id)
      const { rows } = await server.database.run({
        text: 'select action from holdfast.audit where request_id = $1',
        values: [id],
      })
      if (rows.length !== 1) missing.push(operation)
    }
    expect(missing).toEqual([])
  })

  it('is for admins', async () => {
    for (const path of ['audit', 'observe/metrics', 'observe/requests', 'observe/slow', 'observe/database']) {
      const asUser = await server.request('GET', `/api/v1/admin/${path}`, { token: user.token })
      const asNobody = await server.request('GET', `/api/v1/admin/${path}`)
      expect([asUser.status, asNobody.status]).toEqual([403, 401])
    }
  })

  it('cannot be changed, by no route and by no statement', async () => {
    for (const text of [
      `update holdfast.audit set action = 'x'`,
      'delete from holdfast.audit',
      'truncate holdfast.audit',
    ])
      await expect(server.database.run({ text, values: [] })).rejects.toThrow(/kept as they were written/)
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
      expect((await act(method, '/admin/audit', {})).status).toBe(405)
  })

  it.each([
    [{ action: 'x;drop' }, 'action'],
    [{ actorId: 'me' }, 'actorId'],
    [{ constructor: 'x' }, 'constructor'],
  ])('refuses %j', async (query: Record<string, string>, path) => {
    const { status, json } = await server.request('GET', '/api/v1/admin/audit', { token: admin.token, query })
    expect([status, json.errors[0].path]).toEqual([400, path])
  })
})
