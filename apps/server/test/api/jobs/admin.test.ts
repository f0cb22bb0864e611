import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { adminEmail, type Persona, password, signIn } from '../../support/personas.js'
import { type Node, startNode } from './node.js'

const soon = { timeout: 30_000, interval: 20 }
const jobs = '/api/v1/admin/jobs'

let node: Node
let admin: Persona
let broken = true
const aborted: number[] = []

beforeAll(async () => {
  node = await startNode(
    [
      { name: 'test.work', options: { redact: ['secret'] }, handler: async () => {} },
      {
        name: 'test.broken',
        options: { retries: 0 },
        handler: async ({ data }) => {
          if (broken) throw new Error(`number ${data.n} is broken`)
        },
      },
      {
        name: 'test.held',
        handler: ({ data, signal }) =>
          new Promise((_, reject) =>
            signal.addEventListener('abort', () => {
              aborted.push(data.n)
              reject(signal.reason)
            }),
          ),
      },
    ],
    { ADMIN_EMAIL: adminEmail, ADMIN_PASSWORD: password, SHUTDOWN_TIMEOUT_MS: '500' },
  )
  admin = await signIn(node.server, adminEmail)
})
afterAll(() => node.server.stop())

const ask = (method: string, path: string, query?: Record<string, string>) =>
  node.server.request(method, path, { token: admin.token, ...(query && { query }) })
const get = async (id: string) => (await ask('GET', `${jobs}/${id}`)).json.data
const later = { startAfter: new Date('2099-01-01T00:00:00Z') }

describe('the list of jobs', () => {
  it('has pages, newest first, and filters', async () => {
    const ids: string[] = []
    for (let n = 0; n < 5; n++) ids.unshift((await node.queues['test.work']!.enqueue({ n }, later))!)
    const query = { name: 'test.work', state: 'waiting', limit: '2' }
    const found: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { status, json } = await ask('GET', jobs, cursor === '' ? query : { ...query, cursor })
      expect(status).toBe(200)
      expect(json.data.length).toBeLessThanOrEqual(2)
      found.push(...json.data.map(({ id }: { id: string }) => id))
      cursor = json.meta.nextCursor
    }
    expect(found).toEqual(ids)
    expect((await ask('GET', jobs, { ...query, state: 'failed' })).json).toEqual({
      data: [],
      meta: { nextCursor: null },
    })
  })

  it('tells all of a job but its secrets', async () => {
    const id = (await node.queues['test.work']!.enqueue({ n: 7, secret: 'canary' }, later))!
    const { status, text, json } = await ask('GET', `${jobs}/${id}`)
    expect(status).toBe(200)
    expect(json.data).toEqual({
      id,
      name: 'test.work',
      state: 'waiting',
      data: { n: 7, secret: '[redacted]' },
      attempts: 0,
      maxAttempts: 4,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/),
      startedAt: null,
      completedAt: null,
      runAt: '2099-01-01T00:00:00.000Z',
      error: null,
    })
    expect(text).not.toContain('canary')
    expect((await ask('GET', jobs)).text).not.toContain('canary')
  })

  it.each([
    [{ state: 'active' }, 'invalid_query'],
    [{ cursor: 'x' }, 'invalid_cursor'],
    [{ order: 'name' }, 'invalid_query'],
  ])('refuses %j', async (query, code) => {
    expect((await ask('GET', jobs, query)).json).toMatchObject({ status: 400, code })
  })

  it('knows no other jobs', async () => {
    const nobody = '0198c0de-0000-7000-8000-000000000001'
    expect((await ask('GET', `${jobs}/${nobody}`)).json).toMatchObject({ status: 404, code: 'not_found' })
    for (const verb of ['retry', 'cancel'])
      expect((await ask('POST', `${jobs}/${nobody}/${verb}`)).json).toMatchObject({ status: 404, code: 'not_found' })
    expect((await ask('GET', `${jobs}/7`)).json).toMatchObject({ code: 'invalid_id' })
  })
})

describe('a failed job', () => {
  it('is kept with its error until it is tried again', async () => {
    const id = (await node.queues['test.broken']!.enqueue({ n: 1 }))!
    await expect.poll(() => get(id), soon).toMatchObject({ state: 'failed', error: 'number 1 is broken', attempts: 1 })
    broken = false
    const { status, json } = await ask('POST', `${jobs}/${id}/retry`)
    expect(status).toBe(200)
    expect(json.data).toMatchObject({ id, maxAttempts: 2, completedAt: null })
    await expect.poll(() => get(id), soon).toMatchObject({ state: 'completed', error: null, attempts: 2 })
    expect((await ask('POST', `${jobs}/${id}/retry`)).json).toMatchObject({ status: 409, code: 'conflict' })
    expect((await ask('POST', `${jobs}/${id}/cancel`)).json).toMatchObject({ status: 409, code: 'conflict' })
  })
})

describe('a cancelled job', () => {
  it('that waits never runs, unless it is tried again', async () => {
    const id = (await node.queues['test.work']!.enqueue({ n: 8 }, later))!
    expect((await ask('POST', `${jobs}/${id}/cancel`)).json.data).toMatchObject({ state: 'cancelled' })
    await ask('POST', `${jobs}/${id}/retry`)
    await expect.poll(() => get(id), soon).toMatchObject({ state: 'completed', attempts: 1 })
  })

  it('that runs is told so, and stays cancelled', async () => {
    const id = (await node.queues['test.held']!.enqueue({ n: 9 }))!
    await expect.poll(() => get(id), soon).toMatchObject({ state: 'running' })
    expect((await ask('POST', `${jobs}/${id}/retry`)).json).toMatchObject({ status: 409, code: 'conflict' })
    expect((await ask('POST', `${jobs}/${id}/cancel`)).status).toBe(200)
    await expect.poll(() => aborted, soon).toEqual([9])
    expect(await get(id)).toMatchObject({ state: 'cancelled' })
  })
})

describe('schedules', () => {
  it('are listed with their next tick', async () => {
    const { json } = await ask('GET', `${jobs}/schedules`)
    const { nextRunAt, ...schedule } = json.data.find(({ name }: { name: string }) => name === 'answers.dropOld')
    expect(schedule).toEqual({ name: 'answers.dropOld', cron: '*/10 * * * *', timezone: 'UTC' })
    expect(Date.parse(nextRunAt)).toBeGreaterThan(Date.now())
    expect(json.data.map(({ name }: { name: string }) => name)).toContain('sessions.dropEnded')
  })
})
