import { readFileSync } from 'node:fs'
// biome-ignore lint/style/noRestrictedImports: asks the PostgreSQL of this server, at a path in its own folder
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { StartError } from '../config/index.js'
import { isAlive } from './folder-lock.js'

/** What a running PostgreSQL says of itself in `postmaster.pid`. */
interface Postmaster {
  readonly pid: number
  readonly ready: boolean
}

export function findPostmaster(folder: string): Postmaster | undefined {
  try {
    const lines = readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')
    return { pid: Number(lines[0]), ready: lines[7]?.trim() === 'ready' }
  } catch {
    return undefined
  }
}

/**
 * Stops a PostgreSQL whose server was killed. Whether one runs is asked at its socket: the file alone may be left over from a crash.
 * @throws StartError when it does not stop
 */
export async function stopOrphan(folder: string): Promise<void> {
  const orphan = findPostmaster(folder)
  if (orphan === undefined || !(await answers(join(folder, '.s.PGSQL.5432')))) return
  if (!isAlive(orphan.pid))
    throw new StartError(`${folder} is in use by a PostgreSQL outside this machine or container`)
  await stopPostmaster(orphan.pid)
}

/** Ends all sessions and stops within seconds; one that hangs is stopped without a checkpoint and recovers at the next start. */
export async function stopPostmaster(pid: number): Promise<void> {
  for (const [signal, patienceMs] of [
    ['SIGINT', 20_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ] as const) {
    if (!isAlive(pid)) return
    process.kill(pid, signal)
    for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += 10) {
      if (!isAlive(pid)) return
      await sleep(10)
    }
  }
  throw new StartError(`PostgreSQL (process ${pid}) does not stop`)
}

const answers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection(path)
    const end = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => end(true)).once('error', () => end(false))
  })
