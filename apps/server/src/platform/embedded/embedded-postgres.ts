import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, fstatSync, openSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { StartError } from '../config/index.js'
import { type Account, chooseAccount } from './account.js'
import { type Binaries, findBinaries } from './binaries.js'
import { createCluster, lastLine, postgresEnvironment, readPassword } from './create-cluster.js'
import { type Endpoint, openEndpoint } from './endpoint.js'
import { lockFolder } from './folder-lock.js'
import { findPostmaster, stopOrphan, stopPostmaster } from './postmaster.js'
import { serverSettings } from './server-settings.js'

export interface EmbeddedOptions {
  /** Made when missing; the cluster lies in its folder `postgres`. */
  readonly dataDir: string
  readonly maxConnections: number
  /** More settings of PostgreSQL, such as `{ fsync: 'off' }` for tests. */
  readonly settings?: Readonly<Record<string, string>>
  /** Told when PostgreSQL ended by itself; it is started again. */
  readonly onCrash?: () => void
  /** Told when it could not be started again. */
  readonly onLost?: (error: unknown) => void
}

/** A PostgreSQL that belongs to this process: nobody else holds its folder, and `stop` ends it. */
export interface EmbeddedPostgres {
  readonly url: string
  stop(): Promise<void>
}

/**
 * Starts the PostgreSQL of a data folder, creating the cluster the first time and clearing up after a crash.
 * @throws StartError when the folder is held, not writable or of another version, or PostgreSQL does not start
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir)
  const folder = join(dataDir, 'postgres')
  const unlock = lockFolder(dataDir)
  try {
    const binaries = findBinaries()
    const account = chooseAccount(folder, [binaries.postgres, binaries.initdb])
    if (existsSync(folder)) await stopOrphan(folder)
    else createCluster(folder, binaries, account)
    checkVersion(folder, binaries)
    const endpoint = await openEndpoint(folder)
    const cluster = new Cluster(folder, join(dataDir, 'postgres.log'), binaries, account, endpoint, options)
    await cluster.start()
    return {
      url: endpoint.urlFor(readPassword(folder)),
      stop: async () => {
        await cluster.stop()
        endpoint.close()
        unlock()
      },
    }
  } catch (error) {
    unlock()
    throw error
  }
}

function checkVersion(folder: string, { major }: Binaries): void {
  const found = Number.parseInt(readFileSync(join(folder, 'PG_VERSION'), 'utf8'), 10)
  if (found === major) return
  const advice =
    found > major ? 'start a newer version of this server' : 'dump it with the older version and restore it here'
  throw new StartError(
    `${folder} was written by PostgreSQL ${found} and this server has PostgreSQL ${major}; ${advice}`,
  )
}

const isLong = (file: string): boolean => (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 5 * 1024 * 1024

/** So long what is left of a PostgreSQL that was killed may take to go: with a slow disk or a busy machine that is not soon. */
const patienceMs = 60_000

/** Why is rarely on the last line: hints follow it, and what is left of a PostgreSQL that was killed writes there, too. */
class NotStarted extends StartError {
  readonly log: string

  constructor(logFile: string, from: number) {
    const log = readFileSync(logFile).subarray(from).toString()
    const reason = log.split('\n').findLast((line) => /FATAL|PANIC/.test(line) && !/terminating connection/.test(line))
    super(`PostgreSQL did not start: ${reason ?? lastLine(log)} (see ${logFile})`)
    this.log = log
  }
}

class Cluster {
  private child: ChildProcess | undefined
  private restart: Promise<void> | undefined
  private stopping = false
  private readonly killOnExit = () => this.child?.kill('SIGINT')

  constructor(
    private readonly folder: string,
    private readonly logFile: string,
    private readonly binaries: Binaries,
    private readonly account: Account,
    private readonly endpoint: Endpoint,
    private readonly options: EmbeddedOptions,
  ) {}

  async start(): Promise<void> {
    process.once('exit', this.killOnExit)
    // A PostgreSQL that was killed is not gone at once: its processes, or the memory they shared, may last for a moment.
    for (const startedAt = Date.now(); ; ) {
      try {
        await this.launch()
        this.child!.once('exit', () => this.stopping || this.startAgain())
        return
      } catch (error) {
        const isBrief = error instanceof NotStarted && /shared memory|another postmaster/.test(error.log)
        if (!isBrief || this.stopping || Date.now() - startedAt > patienceMs) throw error
        await sleep(200)
      }
    }
  }

  async stop(): Promise<void> {
    this.stopping = true
    await this.restart
    process.off('exit', this.killOnExit)
    if (this.child?.pid !== undefined && this.child.exitCode === null) await stopPostmaster(this.child.pid)
  }

  private startAgain(): void {
    this.options.onCrash?.()
    process.off('exit', this.killOnExit)
    this.restart = this.start().catch((error: unknown) => {
      if (!this.stopping) this.options.onLost?.(error)
    })
  }

  /** Its own process group: a Ctrl-C in the terminal must reach the server only, which drains before PostgreSQL stops. */
  private async launch(): Promise<void> {
    const settings = {
      ...serverSettings(this.options.maxConnections),
      ...this.endpoint.settings,
      ...this.options.settings,
    }
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const { command, args, options } = this.account.launch(this.binaries.postgres, ['-D', this.folder, ...flags])
    const log = openSync(this.logFile, isLong(this.logFile) ? 'w' : 'a')
    const logStart = fstatSync(log).size
    const child = spawn(command, args, {
      ...options,
      detached: true,
      stdio: ['ignore', log, log],
      env: postgresEnvironment,
      cwd: this.folder,
    })
    closeSync(log)
    this.child = child
    const ended = new Promise<true>((end) => child.once('exit', () => end(true)).once('error', () => end(true)))
    for (;;) {
      const postmaster = findPostmaster(this.folder)
      const isAlive = child.exitCode === null && child.signalCode === null
      if (isAlive && postmaster?.pid === child.pid && postmaster?.ready) return
      if (await Promise.race([ended, sleep(5)])) throw new NotStarted(this.logFile, logStart)
    }
  }
}
