import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { callForData } from './http.js'
import { findFreePort, readCpuMs, readMemory, stopProcess, waitFor } from './processes.js'
import { loginUrl } from './urls.js'

/** Who asks: an ordinary user. */
export const caller = { email: 'caller@example.com', password: 'a password for the bench' } as const
export const admin = { email: 'admin@example.com', password: 'a password for the admin' } as const

export type SideName = 'floor' | 'server'

/** One of the two processes that are measured. */
export interface Side {
  readonly name: SideName
  readonly url: string
  /** From the start of the process to the first good answer. */
  readonly startMs: number
  /** A fresh access token of the caller. */
  signIn(): Promise<string>
  memory(): ReturnType<typeof readMemory>
  cpuMs(): ReturnType<typeof readCpuMs>
  stop(): Promise<void>
}

const floorProgram = fileURLToPath(new URL('floor/main.js', import.meta.url))
const serverProgram = fileURLToPath(new URL('../../../apps/server/dist/main.js', import.meta.url))

/** As `pnpm start` and the Docker image start the server; the floor has the same advantage. */
const releaseFlags = ['--min-semi-space-size=16', '--max-semi-space-size=32']

export const startFloor = (databaseUrl: string, nodeFlags: string[] = []): Promise<Side> =>
  start('floor', [...releaseFlags, ...nodeFlags, floorProgram], '/', { DATABASE_URL: databaseUrl })

/** The release build as one process with default settings, but for what `nodeFlags` add. */
export const startServer = (databaseUrl: string, nodeFlags: string[] = []): Promise<Side> =>
  start('server', [...releaseFlags, ...nodeFlags, serverProgram], '/health/ready', {
    DATABASE_URL: databaseUrl,
    ADMIN_EMAIL: admin.email,
    ADMIN_PASSWORD: admin.password,
  })

async function start(name: SideName, args: string[], readyPath: string, env: NodeJS.ProcessEnv): Promise<Side> {
  const port = await findFreePort()
  const url = `http://127.0.0.1:${port}`
  const startedMs = performance.now()
  const child = spawn(process.execPath, args, {
    env: { ...process.env, NODE_ENV: 'production', HOST: '127.0.0.1', PORT: String(port), ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const stop = () => stopProcess(child)
  await waitFor(() => expectAnswer(url + readyPath), 30_000, child).catch(async (error) => {
    await stop()
    throw new Error(`the ${name} did not start`, { cause: error })
  })
  return {
    name,
    url,
    startMs: Math.round(performance.now() - startedMs),
    signIn: async () =>
      (await callForData(url, { method: 'POST', path: loginUrl, body: caller })).accessToken as string,
    memory: () => readMemory(pidOf(child)),
    cpuMs: () => readCpuMs(pidOf(child)),
    stop,
  }
}

/** The floor has no health route: any answer that is not an error of its own will do. */
async function expectAnswer(url: string): Promise<void> {
  const { status } = await fetch(url)
  if (status >= 500 || status === 404) throw new Error(`${url} answered ${status}`)
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('the process has no id')
  return child.pid
}
