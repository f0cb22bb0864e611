import { afterAll, beforeAll, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { type Persona, password, signUp, startServerWith } from '../../support/personas.js'

/** Secrets as they travel: none of them may stand in anything that is written down (A228). */
const canary = 'C4n4ry9fQ2xLw8ZtVb6NsKdH3'
const secrets = new Set([canary, password, 'short-s3cret'])

let server: TestServer
let admin: Persona

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    { name: 'notes', fields: [{ name: 'text', type: 'text' }], rules: [{ role: 'public', action: 'read' }] },
  ]))
  await server.request('PATCH', '/api/v1/admin/settings/observe.slowStatements', {
    token: admin.token,
    body: { thresholdMs: 1 },
  })
})
afterAll(() => server?.stop())

const written = async (): Promise<string> => {
  const tables = ['requests', 'audit', 'slow_statements', 'metrics', 'database_samples']
  await server.request('GET', '/api/v1/admin/observe/requests', { token: admin.token })
  await server.request('GET', '/api/v1/admin/observe/slow', { token: admin.token })
  const texts = await Promise.all(
    tables.map((table) =>
      server.database.run({ text: `select coalesce(json_agg(t), '[]')::text from holdfast.${table} t`, values: [] }),
    ),
  )
  return texts.map(({ rows }) => rows[0]![0] as string).join('\n')
}

it('no secret is written down, wherever it was sent', async () => {
  const user = await signUp(server, 'ada@example.com')
  secrets.add(admin.token).add(user.token)
  const post = (path: string, body: unknown, token?: string) =>
    server.request('POST', `/api/v1${path}`, { body, ...(token && { token }) })
  await post('/auth/login', { email: 'admin@example.com', password: canary })
  await post('/auth/login', { email: canary, password: canary })
  await post('/auth/reset', { token: canary, password: canary })
  await post('/auth/password/reset', { token: canary, password: `${canary}x` })
  await post('/auth/magic-link/verify', { token: canary })
  await post('/auth/refresh', { refreshToken: canary })
  const { json } = await post('/admin/api-keys', { name: 'ops', roles: ['admin'] }, admin.token)
  secrets.add(json.data.key)
  await server.request('GET', '/api/v1/admin/roles', { token: json.data.key })
  await server.request('GET', '/api/v1/admin/roles', { headers: { 'x-api-key': json.data.key } })
  await post('/admin/users', { email: 'ben@example.com', password: canary }, admin.token)
  await server.request('PATCH', '/api/v1/admin/settings/mail', {
    token: admin.token,
    body: { host: 'mail.example.com', user: 'x', password: canary },
  })
  for (const path of [
    `/api/v1/invites/${canary}`,
    `/api/v1/collections/notes/records?access_token=${canary}&token=short-s3cret`,
    `/api/v1/collections/notes/records?filter={"text":"${canary}"}&sort=${canary}&${canary}=1`,
    `/auth/ui/reset?token=${canary}`,
    `/api/v1/auth/oauth/nobody/callback?code=${canary}&state=short-s3cret`,
    `/${encodeURIComponent(json.data.key)}`,
  ])
    await server.request('GET', path)
  await server.request('GET', '/api/v1/auth/me', { headers: { cookie: `hf_session=${canary}` } })
  const text = await written()
  expect(text).toContain('/api/v1/invites/…')
  expect(text).toContain('auth.signIn')
  for (const secret of secrets) expect(text.includes(secret), secret.slice(0, 8)).toBe(false)
})

it('labels of metrics are words of ours, whatever strangers send', async () => {
  for (const path of ['/x"} 1', '/%0Aevil 1', `/${canary}`])
    await server.request('GET', encodeURI(path)).catch(() => undefined)
  await server.request('PROPFIND', '/api/v1/collections/notes/records').catch(() => undefined)
  const { text } = await server.request('GET', '/metrics', { token: admin.token })
  expect(text).not.toMatch(/evil|PROPFIND/)
  expect(text).toContain('route="none"')
  for (const secret of secrets) expect(text.includes(secret)).toBe(false)
})

it('a user agent and a path of any kind are kept as text, and never as more', async () => {
  const agent = `<script>alert(1)</script>${'x'.repeat(2000)}`
  const headers = { 'user-agent': agent, 'x-request-id': 'hostile-agent' }
  await server.request('GET', '/api/v1/%00%ff<b>', { headers })
  const { json } = await server.request('GET', '/api/v1/admin/observe/requests', {
    token: admin.token,
    query: { requestId: 'hostile-agent' },
  })
  expect(json.data[0].userAgent).toBe(agent.slice(0, 300))
})

it('everything is closed to who is no admin, also by an API key that is limited', async () => {
  const user = await signUp(server, 'cleo@example.com')
  const { json } = await server.request('POST', '/api/v1/admin/api-keys', {
    token: admin.token,
    body: { name: 'limited', roles: ['admin'], collections: ['notes'] },
  })
  for (const [method, path] of [
    ['GET', '/api/v1/admin/observe/metrics'],
    ['GET', '/api/v1/admin/observe/summary'],
    ['GET', '/api/v1/admin/observe/requests'],
    ['GET', '/api/v1/admin/observe/slow'],
    ['DELETE', '/api/v1/admin/observe/slow'],
    ['GET', '/api/v1/admin/observe/database'],
    ['GET', '/api/v1/admin/observe/database/growth'],
    ['GET', '/api/v1/admin/audit'],
  ] as const)
    for (const token of [undefined, user.token, json.data.key])
      expect([401, 403]).toContain((await server.request(method, path, token === undefined ? {} : { token })).status)
  for (const token of [user.token, json.data.key, 'x'.repeat(20)])
    expect((await server.request('GET', '/metrics', { token })).status).toBe(404)
})
