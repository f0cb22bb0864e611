import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { findFreePort } from './find-free-port.js'

export interface TestRedis {
  readonly url: string
  /** Ends it at once; `start` brings it back on the same port. */
  kill(): Promise<void>
  start(): Promise<void>
}

const found = spawnSync('redis-server', ['--version']).status === 0

/** Whether tests with a real Redis can run here; says why not. */
export function hasRedis(): boolean {
  if (!found) console.warn('no redis-server in the PATH: tests with Redis are left out (apt-get install redis-server)')
  return found
}

/** A real Redis that keeps nothing. */
export async function startRedis(): Promise<TestRedis> {
  const port = await findFreePort()
  let server: ChildProcess
  const start = async (): Promise<void> => {
    server = spawn('redis-server', ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], {
      stdio: 'ignore',
    })
    await untilReachable(port)
  }
  await start()
  return {
    url: `redis://127.0.0.1:${port}`,
    start,
    kill: async () => {
      if (server.exitCode !== null || server.signalCode !== null) return
      const ended = once(server, 'exit')
      server.kill('SIGKILL')
      await ended
    },
  }
}

async function untilReachable(port: number): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const socket = connect(port, '127.0.0.1')
    const reached = await Promise.race([
      once(socket, 'connect').then(
        () => true,
        () => false,
      ),
      sleep(1000, false),
    ])
    socket.destroy()
    if (reached) return
    if (attempt === 200) throw new Error('redis-server did not start')
    await sleep(50)
  }
}
