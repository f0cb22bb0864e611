import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { openSocket, openStream } from '../support/realtime.js'
import {
  copyFolder,
  type Folder,
  findChildren,
  findPostmaster,
  findProcesses,
  isReady,
  killPostgres,
  launch,
  makeFolder,
  type ServerProcess,
  startReady,
  stop,
} from './server-process.js'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

const patience = { timeout: 60_000, interval: 10 }
const admin = { email: 'admin@example.com', password: 'correct horse battery' }
const asAdmin = { ADMIN_EMAIL: admin.email, ADMIN_PASSWORD: admin.password }
let used: Folder
let folder: Folder
let env: Record<string, string>
beforeAll(async () => {
  used = makeFolder()
  await stop(await startReady({ ...asAdmin, DATA_DIR: used.path }))
})
afterAll(() => used.remove())
beforeEach(() => useFolder(copyFolder(used)))
afterEach(() => folder.remove())

function useFolder(next: Folder): void {
  folder?.remove()
  folder = next
  env = { ...asAdmin, DATA_DIR: folder.path }
}

const post = (server: ServerProcess, path: string, body: unknown) =>
  fetch(`${server.url}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
const signIn = (server: ServerProcess) => post(server, '/auth/login', admin)

const expectNothingLeft = () => {
  expect(findProcesses(folder.path)).toEqual([])
  expect(existsSync(join(folder.path, 'server.pid'))).toBe(false)
  expect(existsSync(join(folder.path, 'postgres/postmaster.pid'))).toBe(false)
}

describe('stopping', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('ends with 0 on %s and leaves nothing running', async (signal) => {
    const server = await startReady(env)
    server.signal(signal)
    server.signal(signal)
    expect(await server.ended).toBe(0)
    expectNothingLeft()
  })

  it('works while the server still starts', async () => {
    useFolder(makeFolder())
    const server = await launch(env)
    await sleep(400)
    server.signal('SIGINT')
    await server.ended
    await expect.poll(() => findProcesses(folder.path), patience).toEqual([])
  })

  it('lets a running request end, and takes no other', async () => {
    const server = await startReady(env)
    const body = JSON.stringify(admin)
    const { port } = new URL(server.url)
    const head = `POST /api/v1/auth/login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nexpect: 100-continue\r\n\r\n`
    const socket = connect(Number(port), '127.0.0.1')
    let answer = ''
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text
    })
    socket.write(head + body.slice(0, 10))
    // The server says so once the request has begun.
    await expect.poll(() => answer, patience).toBe('HTTP/1.1 100 Continue\r\n\r\n')
    server.signal('SIGTERM')
    await expect.poll(() => isReady(server.url), patience).toBe(false)
    socket.write(body.slice(10))
    expect(await server.ended).toBe(0)
    expect(answer).toMatch(/^HTTP\/1.1 200 .*accessToken/ms)
    expectNothingLeft()
  })

  it('cuts a request that takes too long', async () => {
    const server = await startReady({ ...env, SHUTDOWN_TIMEOUT_MS: '300' })
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1').on('error', () => {})
    let answer = ''
    socket.on('data', (bytes) => {
      answer += bytes
    })
    socket.write(
      'POST /api/v1/auth/login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\nexpect: 100-continue\r\n\r\n{',
    )
    await expect.poll(() => answer, patience).toContain('100 Continue')
    const startedAt = Date.now()
    const cut = once(socket, 'close')
    const stopped = stop(server)
    await cut
    // It waits ten seconds where it is not told otherwise.
    expect(Date.now() - startedAt).toBeLessThan(9_000)
    expect(await stopped).toBe(0)
    expectNothingLeft()
  })
})

describe('stopping while clients are told of changes', () => {
  it('tells them to come back, and waits neither for them nor for those that do not answer', async () => {
    const server = await startReady({ ...env, SHUTDOWN_TIMEOUT_MS: '120000' })
    const { data } = await (await signIn(server)).json()
    const token: string = data.accessToken
    const [polite, deaf] = [await openSocket(server, { token }), await openSocket(server, { token })]
    const stream = await openStream(server, { collection: 'users' }, { token })
    await stream.until('ready')
    deaf.socket.pause()
    const startedAt = Date.now()
    expect(await stop(server)).toBe(0)
    expect(Date.now() - startedAt).toBeLessThan(60_000)
    expect(await polite.untilClosed()).toMatchObject({ code: 1012 })
    expect(polite.messages.at(-1)).toMatchObject({ type: 'goodbye' })
    await stream.untilEnded()
    expect(stream.blocks.at(-1)).toEqual({ retry: expect.stringMatching(/^\d+$/) })
    deaf.socket.terminate()
    expectNothingLeft()
  })
})

describe('what was acknowledged is there', () => {
  it('after a restart', async () => {
    useFolder(makeFolder())
    const first = await startReady(env)
    expect((await signIn(first)).status).toBe(200)
    await stop(first)
    const second = await startReady(env)
    expect((await signIn(second)).status).toBe(200)
    await stop(second)
  })

  it('after kill -9 of the server, which leaves PostgreSQL behind', async () => {
    const first = await startReady(env)
    const signedUp = await post(first, '/auth/signup', { email: 'a@example.com', password: admin.password })
    expect(signedUp.status).toBe(201)
    first.signal('SIGKILL')
    await first.ended
    expect(findProcesses(folder.path)).not.toEqual([])

    const second = await startReady(env)
    const again = await post(second, '/auth/login', { email: 'a@example.com', password: admin.password })
    expect(again.status).toBe(200)
    expect(await stop(second)).toBe(0)
    expectNothingLeft()
  })

  it('after kill -9 of PostgreSQL, which the server starts again', async () => {
    const server = await startReady(env)
    await killPostgres(server, folder.path)
    expect((await signIn(server)).status).toBe(200)
    expect(await stop(server)).toBe(0)
    expectNothingLeft()
  })

  it('after kill -9 of PostgreSQL, of which a part lives on for a while and holds its memory', async () => {
    const server = await startReady(env)
    const postmaster = findPostmaster(folder.path)!
    const [part] = findChildren(postmaster.pid)
    process.kill(part!, 'SIGSTOP')
    process.kill(postmaster.pid, 'SIGKILL')
    const log = () => readFileSync(join(folder.path, 'postgres.log'), 'utf8')
    await expect.poll(log, patience).toContain('pre-existing shared memory block')
    process.kill(part!, 'SIGCONT')
    await expect.poll(() => isReady(server.url), patience).toBe(true)
    expect((await signIn(server)).status).toBe(200)
    expect(await stop(server)).toBe(0)
    expectNothingLeft()
  })

  it('after kill -9 of everything', async () => {
    const first = await startReady(env)
    first.signal('SIGKILL')
    for (const pid of findProcesses(folder.path)) process.kill(pid, 'SIGKILL')
    await first.ended
    const second = await startReady(env)
    expect((await signIn(second)).status).toBe(200)
    expect(await stop(second)).toBe(0)
  })
})
