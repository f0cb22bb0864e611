import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it, type TestContext, vi } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/index.js'
import { soak, tell } from '../support/soak.js'
import { ask } from './load.js'
import { type ServerProcess, startReady, stop } from './server-process.js'

vi.setConfig({ testTimeout: 600_000, hookTimeout: 180_000 })

const transfers = soak ? 5000 : 200
const slowOnes = 400
const mebibyte = 2 ** 20
/** Connections to PostgreSQL are kept: many clients at once open more of them than those before, one after the other. */
const poolSize = 20
const tenGigabytes = 10 * 2 ** 30
const path = '/api/v1/collections/docs/records'
const get = `GET ${path}?limit=10 HTTP/1.1\r\nhost: x\r\n`
const post = `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n`

let database: TestDatabase
let server: ServerProcess
let descriptors: number
let memoryMb: number

beforeAll(async () => {
  database = await createTestDatabase()
  const admin = { email: 'admin@example.com', password: 'correct horse battery' }
  const env = { DATABASE_URL: database.url, ADMIN_EMAIL: admin.email, ADMIN_PASSWORD: admin.password }
  server = await startReady({ ...env, LOG_LEVEL: 'error' })
  const signedIn = await ask(server.url, { method: 'POST', path: '/api/v1/auth/login', body: admin })
  const token = JSON.parse(signedIn.text).data.accessToken
  const rules = [{ role: 'public', action: ['read', 'create'] }]
  const body = { name: 'docs', fields: [{ name: 'body', type: 'text' }], rules }
  expect((await ask(server.url, { method: 'POST', path: '/api/v1/admin/collections', token, body })).status).toBe(201)
  for (let n = 0; n < 10; n += 1) await ask(server.url, { method: 'POST', path, body: { body: 'x'.repeat(200_000) } })
  // What ordinary large answers take is nobody's doing.
  for (let n = 0; n < (soak ? 200 : 20); n += 1) await ask(server.url, { path: `${path}?limit=10` })
  descriptors = countDescriptors()
  memoryMb = readMemoryMb()
})
afterAll(async () => {
  if (server) expect(await stop(server)).toBe(0)
  await database?.drop()
})

const countDescriptors = (): number => readdirSync(`/proc/${server.pid}/fd`).length
const readMemoryMb = (): number =>
  Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))![1]) / 1024)

async function open(begin: string): Promise<Socket> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1').on('error', () => {})
  await once(socket, 'connect')
  socket.write(begin)
  return socket
}

/** Waits until the server has let go of everything, and judges what it took. */
async function expectGivenBack(context: TestContext, done: string): Promise<void> {
  const startedAt = Date.now()
  const seconds = (): number => (Date.now() - startedAt) / 1000
  const patience = { timeout: 300_000, interval: 50 }
  await expect.poll(countDescriptors, patience).toBeLessThanOrEqual(descriptors + poolSize + 5)
  const descriptorsAfter = seconds()
  const leftMb = readMemoryMb() - memoryMb
  expect((await ask(server.url, { path: `${path}?limit=1` })).status).toBe(200)
  if (!soak) return
  // What was in use for it is given back once the server rests.
  await expect.poll(() => readMemoryMb() - memoryMb, patience).toBeLessThan(50)
  const memoryAfter = seconds()
  const found = `descriptors back after ${descriptorsAfter.toFixed(1)} s; memory + ${leftMb} MB then, below + 50 MB after ${memoryAfter.toFixed(1)} s`
  tell(context, { done, found, bar: 'both within 60 s' })
  expect(memoryAfter).toBeLessThan(60)
}

// It takes as long as the server gives them, 15 and 60 seconds; the short form is in connections.test.ts.
it.runIf(soak).for([
  ['heads', `${get}slow: `],
  ['bodies', `${post}content-length: 5000\r\n\r\n`],
] as const)('%s come byte by byte, from clients that do not read', async ([what, begin], context) => {
  const sockets = await Promise.all(Array.from({ length: slowOnes }, () => open(begin)))
  const dripping = setInterval(() => {
    for (const socket of sockets) socket.write(' ')
  }, 1000)
  await sleep(what === 'heads' ? 20_000 : 65_000)
  await expectGivenBack(context, `${slowOnes} ${what} byte by byte, from clients that do not read`)
  clearInterval(dripping)
  for (const socket of sockets) socket.destroy()
})

it.for([
  ['of a told length', `${post}content-length: ${tenGigabytes}\r\n\r\n`],
  ['in pieces', `${post}transfer-encoding: chunked\r\n\r\n`],
] as const)('bodies of 10 GB %s are not taken', async ([what, begin], context) => {
  const piece = Buffer.alloc(mebibyte, 'x')
  const inPieces = Buffer.concat([Buffer.from('100000\r\n'), piece, Buffer.from('\r\n')])
  const mostMb = 2000
  let sentMb = 0
  const sendOn = async (): Promise<void> => {
    const socket = await open(begin)
    const send = (): void => {
      if (socket.destroyed || sentMb >= mostMb) return
      sentMb += 1
      if (socket.write(what === 'in pieces' ? inPieces : piece)) setImmediate(send)
      else socket.once('drain', send)
    }
    socket.resume()
    send()
    // Not by `once`, which takes the error of a connection that is cut for its own.
    await new Promise<void>((closed) => socket.once('close', () => closed()))
  }
  await Promise.all(Array.from({ length: 8 }, sendOn))
  // Bodies may have 8 MB; a little more is under way before the sender is told.
  expect(sentMb).toBeLessThan(mostMb)
  await expectGivenBack(context, `8 bodies of 10 GB ${what}: ${sentMb} MB sent before they were cut`)
})

it('transfers that are broken off leave nothing behind', async (context) => {
  for (let count = 0; count < transfers; count += 50) {
    const breakOff = async (_: unknown, n: number): Promise<void> => {
      const isUpload = n % 2 === 0
      const socket = await open(
        isUpload ? `${post}content-length: 500000\r\n\r\n{"body":"${'y'.repeat(50_000)}` : `${get}\r\n`,
      )
      if (n % 4 === 1) socket.resume()
      await sleep(Math.random() * 60)
      socket.destroy()
    }
    await Promise.all(Array.from({ length: 50 }, breakOff))
  }
  await expectGivenBack(context, `${transfers} transfers broken off, of answers of 2 MB and of bodies`)
})
