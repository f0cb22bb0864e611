import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StartError } from '../config/index.js'
import type { Account } from './account.js'
import type { Binaries } from './binaries.js'

/** The only role that may connect, and its database. It is no superuser: it owns its own databases and nothing else. */
export const roleName = 'holdfast'

const passwordFile = (folder: string) => join(folder, 'holdfast.password')

/** Password of the role, made when the cluster was created. */
export const readPassword = (folder: string): string => readFileSync(passwordFile(folder), 'utf8')

/**
 * Creates a cluster in `folder`. The work is done beside it and renamed at the end, so a start that was interrupted leaves
 * nothing half made.
 */
export function createCluster(folder: string, binaries: Binaries, account: Account): void {
  const draft = `${folder}.new`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { mode: 0o700 })
  if (account.owner) chownSync(draft, account.owner.uid, account.owner.gid)
  const password = randomBytes(32).toString('base64url')
  const run = (program: string, args: string[], input?: string) => {
    const { command, args: line, options } = account.launch(program, args)
    const result = spawnSync(command, line, {
      ...options,
      cwd: draft,
      env: postgresEnvironment,
      input,
      encoding: 'utf8',
    })
    if (result.status !== 0)
      throw new StartError(`PostgreSQL could not create ${draft}: ${lastLine(result.stderr, result.error)}`)
  }
  run(binaries.initdb, ['--pgdata', draft, '--username', 'postgres', '--auth', 'reject', ...locale])
  run(
    binaries.postgres,
    ['--single', '-D', draft, '-c', 'scram_iterations=1', 'postgres'],
    `create role ${roleName} login createdb password '${password}'\ncreate database ${roleName} owner ${roleName}\n`,
  )
  writeFileSync(join(draft, 'pg_hba.conf'), accessRules)
  writeFileSync(passwordFile(draft), password, { mode: 0o600 })
  renameSync(draft, folder)
}

/** Sorts and compares by code point, the same on every machine, with the case rules of Unicode. */
const locale = ['--encoding', 'UTF8', '--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8']

/** The 256-bit password is random, so it needs no stretching: one SCRAM iteration keeps connecting cheap. */
const accessRules = `local all ${roleName} scram-sha-256
host all ${roleName} 127.0.0.1/32 scram-sha-256
`

/** PostgreSQL's programs see nothing of our environment: it may hold secrets, or PG* variables meant for clients. */
export const postgresEnvironment: NodeJS.ProcessEnv = {
  PATH: process.env['PATH'],
  LC_ALL: 'C',
  TZ: 'UTC',
  SystemRoot: process.env['SystemRoot'],
}

export const lastLine = (text: string | null | undefined, error?: Error): string =>
  (text ?? '').trim().split('\n').at(-1) || error?.message || 'no reason given'
