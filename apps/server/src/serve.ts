import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppModule } from './app.module.js'
import { createApp } from './create-app.js'
import { Jobs } from './jobs/index.js'
import { Readiness } from './observability/index.js'
import { type Config, listenUrl, StartError } from './platform/config/index.js'
import { StartupNotices } from './platform/http/index.js'
import type { Log } from './platform/log/index.js'
import { OpenConnections } from './realtime/index.js'
import { releaseMemory } from './release-memory.js'
import type { Shutdown } from './shutdown.js'

/** By then what starts behind the first request, such as the queue of jobs, is loaded too. */
const startedMs = 3000

/** Builds the app, listens, and says where. @throws StartError when the port cannot be had */
export async function serve(config: Config, log: Log, shutdown: Shutdown): Promise<void> {
  const app = await createApp(AppModule, config, log)
  shutdown.add(() => app.close())
  await app.init()
  const server: Server = app.getHttpServer()
  const port = await listen(server, config)
  shutdown.add(async () => {
    app.get(Readiness).drain()
    // What would stay open for hours is told to come back, while requests that are soon over may end.
    const ends = [app.get(OpenConnections).stop(), drain(server, config.shutdownTimeoutMs), app.get(Jobs).drain()]
    await Promise.all(ends)
  })
  greet(config.port === 0 ? listenUrl(config.host, port) : config.publicUrl, app.get(StartupNotices).list())
  setTimeout(releaseMemory, startedMs).unref()
}

const listen = (server: Server, { host, port }: Config): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explainListenError(error, host, port)))
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port))
  })

function explainListenError(error: NodeJS.ErrnoException, host: string, port: number): StartError {
  const reasons: Record<string, string> = {
    EADDRINUSE: `Port ${port} of ${host} is in use by another program; set PORT to a free one`,
    EACCES: `Port ${port} needs more rights than this user has; set PORT to 1024 or more`,
    EADDRNOTAVAIL: `${host} is not an address of this machine; set HOST to one that is`,
    ENOTFOUND: `${host} is not the name of this machine; set HOST to an address of it`,
  }
  return new StartError(
    reasons[error.code ?? ''] ?? `Cannot listen on port ${port} of ${host}: ${error.message}`,
    error,
  )
}

/** Takes no new connections, lets running requests end, and cuts those that take too long. */
async function drain(server: Server, timeoutMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  // A connection that was busy when closing began stays open after its answer, until it is seen idle.
  const sweep = setInterval(() => server.closeIdleConnections(), 25)
  const patience = new AbortController()
  const timeout = sleep(timeoutMs, undefined, { signal: patience.signal }).catch(() => {})
  await Promise.race([closed, timeout])
  patience.abort()
  clearInterval(sweep)
  server.closeAllConnections()
}

function greet(url: string, notices: readonly string[]): void {
  const lines = [
    `Holdfast serves ${url}/api/v1`,
    `Console: ${url}/console`,
    `API reference: ${url}/api/v1/docs`,
    ...notices,
  ]
  console.log(lines.join('\n'))
}
