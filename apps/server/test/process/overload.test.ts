import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/index.js'
import { quantile, soak, tell } from '../support/soak.js'
import { type Answer, ask, tally } from './load.js'
import { type ServerProcess, startReady, stop } from './server-process.js'

vi.setConfig({ testTimeout: 600_000, hookTimeout: 180_000 })

/** As many clients as a server of this size is busy with, and five times as many. */
const clients = 40
const tooMany = 5 * clients
const seconds = soak ? 60 : 2
const path = '/api/v1/collections/posts/records'

let database: TestDatabase
let server: ServerProcess
let token: string

beforeAll(async () => {
  database = await createTestDatabase()
  const admin = { email: 'admin@example.com', password: 'correct horse battery' }
  const env = { DATABASE_URL: database.url, ADMIN_EMAIL: admin.email, ADMIN_PASSWORD: admin.password }
  server = await startReady({ ...env, LOG_LEVEL: 'error' })
  const signedIn = await ask(server.url, { method: 'POST', path: '/api/v1/auth/login', body: admin })
  token = JSON.parse(signedIn.text).data.accessToken
  const fields = [
    { name: 'title', type: 'text' },
    { name: 'n', type: 'integer', index: true },
  ]
  const body = { name: 'posts', fields, rules: [{ role: 'public', action: ['read', 'create'] }] }
  expect((await ask(server.url, { method: 'POST', path: '/api/v1/admin/collections', token, body })).status).toBe(201)
  const posts = Array.from({ length: 1000 }, (_, n) => ({ title: `post ${n}`, n }))
  expect((await ask(server.url, { method: 'POST', path, token, body: posts })).status).toBe(201)
})
afterAll(async () => {
  if (server) expect(await stop(server)).toBe(0)
  await database?.drop()
})

/** Each of them asks again as soon as it was answered: for pages, and every fourth time to create a record. */
async function useFor(count: number, forMs: number): Promise<Answer[]> {
  const endMs = performance.now() + forMs
  const answers: Answer[] = []
  const client = async (at: number): Promise<void> => {
    for (let turn = at; performance.now() < endMs; turn += 1)
      answers.push(
        turn % 4 === 0
          ? await ask(server.url, { method: 'POST', path, body: { title: 'new', n: turn } })
          : await ask(server.url, { path: `${path}?limit=20&sort=-n` }),
      )
  }
  await Promise.all(Array.from({ length: count }, (_, at) => client(at)))
  return answers
}

const isAccepted = ({ status }: Answer): boolean => status === 200 || status === 201
const rateOf = (answers: readonly Answer[], forMs: number): number => answers.filter(isAccepted).length / (forMs / 1000)

it('five times as many clients as it can serve cost each time, and the server nothing', async (context) => {
  await useFor(clients, seconds * 200)
  const bestMs = seconds * 300
  const best = rateOf(await useFor(clients, bestMs), bestMs)
  let over = false
  const probesMs: number[] = []
  const probing = (async () => {
    for (; !over; await sleep(50)) probesMs.push((await ask(server.url, { path: '/health/live' })).tookMs)
  })()
  const answers = await useFor(tooMany, seconds * 1000)
  over = true
  await probing
  const accepted = answers.filter(isAccepted).map(({ tookMs }) => tookMs)
  const refused = answers.filter((answer) => !isAccepted(answer)).map(({ tookMs }) => tookMs)
  const after = rateOf(await useFor(clients, bestMs), bestMs)
  const part = (rate: number): string => `${Math.round((100 * rate) / best)} %`
  const goodput = rateOf(answers, seconds * 1000)
  tell(context, {
    done: `${tooMany} clients for ${seconds} s, where ${clients} are served best (${Math.round(best)} a second)`,
    found: `${JSON.stringify(tally(answers))}; ${part(goodput)} of the best rate; p99 ${quantile(accepted, 0.99)} ms; health p99 ${quantile(probesMs, 0.99)} ms; ${part(after)} right after`,
    bar: 'only 429 and 503 beside; 80 %; 2 s; 80 % again',
  })
  expect(answers.filter((answer) => !isAccepted(answer) && ![429, 503].includes(answer.status))).toEqual([])
  if (!soak) return
  expect(goodput / best).toBeGreaterThan(0.8)
  expect(quantile(accepted, 0.99)).toBeLessThan(2000)
  expect(after / best).toBeGreaterThan(0.8)
  expect(quantile(refused, 0.99)).toBeLessThan(5000)
})
