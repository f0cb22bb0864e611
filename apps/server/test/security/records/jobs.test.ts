import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Node, startNode } from '../../api/jobs/node.js'
import { adminEmail, type Persona, password, signIn, signUp } from '../../support/personas.js'

const jobs = '/api/v1/admin/jobs'
const later = { startAfter: new Date('2099-01-01T00:00:00Z') }

let node: Node
let admin: Persona
let user: Persona
let id: string

beforeAll(async () => {
  node = await startNode([{ name: 'test.work', options: { redact: ['secret'] }, handler: async () => {} }], {
    ADMIN_EMAIL: adminEmail,
    ADMIN_PASSWORD: password,
  })
  admin = await signIn(node.server, adminEmail)
  user = await signUp(node.server, 'user@example.com', admin, ['editor'])
  id = (await node.queues['test.work']!.enqueue({ n: 1, secret: 'canary' }, later))!
})
afterAll(() => node.server.stop())

const state = async () => (await node.server.request('GET', `${jobs}/${id}`, { token: admin.token })).json.data.state

describe('A56: whoever is no admin', () => {
  it.each([
    ['GET', jobs, 401, 403],
    ['GET', `${jobs}/schedules`, 401, 403],
    ['GET', `${jobs}/{id}`, 401, 403],
    ['POST', `${jobs}/{id}/retry`, 401, 403],
    ['POST', `${jobs}/{id}/cancel`, 401, 403],
    ['POST', `${jobs}/{id}/cancel/`, 404, 404],
    ['POST', `/api/v1/admin//jobs/{id}/cancel`, 404, 404],
    ['GET', `${jobs}/{id}/cancel`, 405, 405],
  ])('may not %s %s', async (method, path, anonymous, signedIn) => {
    const options = { headers: { 'x-http-method-override': 'POST' } }
    const asked = path.replace('{id}', id)
    expect((await node.server.request(method, asked, options)).status).toBe(anonymous)
    const answer = await node.server.request(method, asked, { ...options, token: user.token })
    expect(answer.status).toBe(signedIn)
    expect(answer.text).not.toMatch(/canary|test\.work/)
    expect(await state()).toBe('waiting')
  })
})

describe('A228: a secret in the data of a job', () => {
  it('is not shown, at whatever depth', async () => {
    const secret = { deep: [{ secret: 'canary' }], secret: { n: 'canary' } } as unknown as { n: number }
    const nested = (await node.queues['test.work']!.enqueue(secret, later))!
    for (const path of [jobs, `${jobs}/${id}`, `${jobs}/${nested}`]) {
      const { status, text } = await node.server.request('GET', path, { token: admin.token })
      expect(status).toBe(200)
      expect(text).toContain('[redacted]')
      expect(text).not.toContain('canary')
    }
  })

  it('is not shown by a node that does not know which of the data is secret', async () => {
    const { boss } = await node.jobs.start()
    await boss.createQueue('other.work')
    const unknown = await boss.send('other.work', { token: 'canary' }, later)
    const { text, json } = await node.server.request('GET', `${jobs}/${unknown}`, { token: admin.token })
    expect(json.data).toMatchObject({ name: 'other.work', data: null })
    expect(text).not.toContain('canary')
  })
})
