import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { findFreePort } from '../support/index.js'

const startMs = 120_000
const main = resolve(import.meta.dirname, '../../dist/main.js')

/** The built server as an operating system sees it. */
export interface ServerProcess {
  readonly url: string
  readonly pid: number
  readonly output: () => string
  /** Resolves when the process is gone. */
  readonly ended: Promise<number | null>
  /** @throws when the server ends instead, or takes minutes: a machine that runs other tests beside is slow to start anything */
  ready(): Promise<void>
  signal(signal: NodeJS.Signals): void
}

export async function launch(env: Record<string, string>): Promise<ServerProcess> {
  const port = env['PORT'] ?? String(await findFreePort())
  const child: ChildProcess = spawn(process.execPath, [main], {
    env: { PATH: process.env['PATH'], PORT: port, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  let gone = false
  const ended = new Promise<number | null>((end) =>
    child.once('close', (code) => {
      gone = true
      end(code)
    }),
  )
  const url = `http://127.0.0.1:${port}`
  return {
    url,
    pid: child.pid!,
    output: () => output,
    ended,
    signal: (signal) => child.kill(signal),
    ready: async () => {
      const startedAt = Date.now()
      while (Date.now() - startedAt < startMs) {
        if (gone) throw new Error(`The server ended:\n${output}`)
        if (await isReady(url)) return
        await sleep(25)
      }
      throw new Error(`The server did not become ready:\n${output}`)
    },
  }
}

export const isReady = (url: string): Promise<boolean> =>
  fetch(`${url}/health/ready`).then(
    (response) => response.ok,
    () => false,
  )

/** Starts, and waits until it serves. */
export async function startReady(env: Record<string, string>): Promise<ServerProcess> {
  const server = await launch(env)
  await server.ready()
  return server
}

/** Kills the PostgreSQL of a data folder, and waits until the server has another one and serves. */
export async function killPostgres(server: ServerProcess, folder: string): Promise<void> {
  const killed = findPostmaster(folder)!
  process.kill(killed.pid, 'SIGKILL')
  // That the server is not ready meanwhile may be over before anybody asks; that there is another PostgreSQL stays.
  const patience = { timeout: startMs, interval: 10 }
  const another = () => {
    const found = findPostmaster(folder)
    return found?.ready === true && found.pid !== killed.pid
  }
  try {
    await expect.poll(another, patience).toBe(true)
    await expect.poll(() => isReady(server.url), patience).toBe(true)
  } catch (error) {
    const log = readFileSync(join(folder, 'postgres.log'), 'utf8').slice(-3000)
    throw new Error(`The server has no other PostgreSQL:\n${server.output().slice(-3000)}\n${log}`, { cause: error })
  }
}

/** SIGTERM, and the exit code. */
export function stop(server: ServerProcess): Promise<number | null> {
  server.signal('SIGTERM')
  return server.ended
}

/** Runs a server that is expected not to start. */
export async function failToStart(env: Record<string, string>): Promise<{ code: number | null; lines: string[] }> {
  const server = await launch(env)
  const code = await server.ended
  return { code, lines: server.output().trim().split('\n') }
}

export interface Folder {
  readonly path: string
  remove(): void
}

/** An empty folder, and what removes it. */
export function makeFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'holdfast-process-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** A folder that holds what another does, which no server uses: a server starts on it sooner than it makes one of its own. */
export function copyFolder(original: Folder): Folder {
  const folder = makeFolder()
  // Its owners are copied as well: PostgreSQL takes no folder of anybody else.
  const { status } = spawnSync('cp', ['-a', `${original.path}/.`, folder.path], { stdio: 'inherit' })
  if (status !== 0) throw new Error(`${original.path} cannot be copied`)
  return folder
}

/** As PostgreSQL writes it down: the id on the first line of its file, its state on the eighth. */
export function findPostmaster(folder: string): { pid: number; ready: boolean } | undefined {
  try {
    const lines = readFileSync(join(folder, 'postgres/postmaster.pid'), 'utf8').split('\n')
    return { pid: Number(lines[0]), ready: lines[7]?.trim() === 'ready' }
  } catch {
    return undefined
  }
}

/** Ids of the processes that have `text` in their command line: what a server left running. */
export const findProcesses = (text: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => readCommandLine(name).includes(text))
    .map(Number)

export function readCommandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

/** Ids of the processes that a process started. */
export const findChildren = (pid: number): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && readParent(name) === pid)
    .map(Number)

function readParent(pid: string): number | undefined {
  try {
    // `pid (name) state parent …`, where the name may hold anything.
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')[1])
  } catch {
    return undefined
  }
}
