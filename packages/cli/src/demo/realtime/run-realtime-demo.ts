import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startServer, stopServer } from '../find-server.js'
import type { DemoClient } from '../personas.js'
import type { Output } from '../progress.js'
import { formatTable } from '../table.js'
import { Listener } from './listener.js'
import { connect, defineMessages } from './messages.js'

const messages = 120
const everyMs = 60
/** After which message the server goes, and how. */
const killAfter = 40
const stopAfter = 80
const patienceMs = 60_000

/**
 * Two clients listen while a third writes; meanwhile the server is killed, and later stopped in order. In the end nobody has
 * missed a message and nobody got one twice. The server is one of its own on a folder of its own, and leaves nothing.
 * @throws Error when somebody did
 */
export async function runRealtimeDemo(env: NodeJS.ProcessEnv, output: Output): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'holdfast-demo-'))
  const port = await findFreePort()
  const url = `http://127.0.0.1:${port}`
  const admin = { email: 'admin@example.com', password: 'demo-admin-password' }
  const serverEnv = {
    ...withoutDatabase(env),
    ...{ PORT: String(port), DATA_DIR: dataDir, LOG_LEVEL: 'silent' },
    ...{ ADMIN_EMAIL: admin.email, ADMIN_PASSWORD: admin.password },
  }
  let server = await startServer(url, serverEnv)
  const listeners: Listener[] = []
  const say = (text: string): void => void output.write(`${text}\n`)
  const restart = async (how: NodeJS.Signals): Promise<void> => {
    say(`        server: ${how === 'SIGKILL' ? 'kill -9' : 'stopped in order'}`)
    await end(server, how)
    const sinceMs = performance.now()
    server = await startServer(url, serverEnv)
    say(`        server: serves again after ${((performance.now() - sinceMs) / 1000).toFixed(1)} s`)
  }
  try {
    const writer = await connect(url, admin)
    await defineMessages(writer)
    say(`A server at ${url}. Ada listens to tea, Bob to everything; the writer sends ${messages} messages.\n`)
    listeners.push(new Listener('ada', await connect(url), { room: 'tea' }))
    listeners.push(new Listener('bob', await connect(url), {}))
    await Promise.all(listeners.map((listener) => listener.ready))
    await write(writer, restart, say)
    const deadlineMs = performance.now() + patienceMs
    while (listeners.some((listener) => !listener.complete(messages)) && performance.now() < deadlineMs) await sleep(50)
    output.write(`\n${formatTable(listeners.map((listener) => listener.report(messages)))}\n`)
    if (listeners.some((listener) => !listener.isExact(messages)))
      throw new Error('Somebody missed a message, or got one twice')
    say('Nobody missed a message, and nobody got one twice.')
  } finally {
    for (const listener of listeners) listener.close()
    await stopServer(server)
    rmSync(dataDir, { recursive: true, force: true })
  }
}

/** The client repeats what got no answer, under a key by which it happens once. */
async function write(
  writer: DemoClient,
  restart: (how: NodeJS.Signals) => Promise<void>,
  say: (text: string) => void,
): Promise<void> {
  const restarts: Promise<void>[] = []
  for (let n = 1; n <= messages; n++) {
    await writer.collection('messages').create({ n, room: n % 2 === 0 ? 'tea' : 'coffee', text: `message ${n}` })
    if (n % 20 === 0) say(`  ${String(n).padStart(4)}  written`)
    if (n === killAfter) restarts.push(restart('SIGKILL'))
    if (n === stopAfter) restarts.push(restart('SIGTERM'))
    await sleep(everyMs)
  }
  await Promise.all(restarts)
}

async function end(server: ChildProcess, how: NodeJS.Signals): Promise<void> {
  server.kill(how)
  if (server.exitCode === null && server.signalCode === null) await once(server, 'exit')
}

function withoutDatabase({ DATABASE_URL: _, ...env }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return env
}

const findFreePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
