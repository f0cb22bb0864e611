import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { defaultUrl } from '../connect.js'

/** The server the demo works on. */
export interface DemoServer {
  readonly url: string
  /** The process, when the demo started it. */
  readonly started?: ChildProcess
}

const serverMain = fileURLToPath(new URL('../../../../apps/server/dist/main.js', import.meta.url))
const startTimeoutMs = 60_000

/** The server that runs already, else one that is started with `adminEnv` on the usual data folder. */
export async function findServer(env: NodeJS.ProcessEnv, adminEnv: () => NodeJS.ProcessEnv): Promise<DemoServer> {
  const url = (env['HOLDFAST_URL'] ?? localUrl(env)).replace(/\/+$/, '')
  if (await isReady(url)) return { url }
  if (env['HOLDFAST_URL']) throw new Error(`No Holdfast server is ready at ${url}`)
  return { url, started: await startServer(url, { ...env, LOG_LEVEL: env['LOG_LEVEL'] ?? 'warn', ...adminEnv() }) }
}

const localUrl = (env: NodeJS.ProcessEnv): string => (env['PORT'] ? `http://127.0.0.1:${env['PORT']}` : defaultUrl)

/** Starts a server and waits until it answers. */
export async function startServer(url: string, env: NodeJS.ProcessEnv): Promise<ChildProcess> {
  const child = spawn(process.execPath, [serverMain], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  neverOutlive(child)
  let complaints = ''
  child.stderr?.on('data', (chunk) => {
    complaints = (complaints + String(chunk)).slice(-2000)
  })
  const deadlineMs = performance.now() + startTimeoutMs
  while (!(await isReady(url))) {
    if (child.exitCode !== null)
      throw new Error(`The server did not start: ${complaints.trim() || `exit code ${child.exitCode}`}`)
    if (performance.now() > deadlineMs) {
      await stopServer(child)
      throw new Error(`The server was not ready after ${startTimeoutMs / 1000} s`)
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return child
}

/** However the demo ends, the server it started ends too. */
function neverOutlive(child: ChildProcess): void {
  process.once('exit', () => child.kill('SIGTERM'))
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => void stopServer(child).finally(() => process.exit()))
}

/** Stops a server the demo started, and waits until it is gone. */
export async function stopServer(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2000) })
    return response.ok && (await response.text()).includes('"ready"')
  } catch {
    return false
  }
}
