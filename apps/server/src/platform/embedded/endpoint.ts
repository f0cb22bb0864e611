import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { roleName } from './create-cluster.js'

/** Where PostgreSQL listens: a Unix socket inside its private folder, or a port of the loopback on Windows. */
export interface Endpoint {
  readonly settings: Readonly<Record<string, string>>
  urlFor(password: string): string
  /** Removes what was made to reach it. */
  close(): void
}

/** The path of a Unix socket holds 107 bytes at most; a longer one is reached through a symbolic link. */
const longestFolder = 107 - '/.s.PGSQL.5432'.length

export async function openEndpoint(folder: string): Promise<Endpoint> {
  if (process.platform === 'win32') return openPort(await findFreePort())
  const link = Buffer.byteLength(folder) > longestFolder ? makeLink(folder) : undefined
  const host = encodeURIComponent(link?.path ?? folder)
  return {
    settings: { listen_addresses: '', unix_socket_directories: '.', port: '5432' },
    urlFor: (password) => `postgres://${roleName}:${password}@${host}/${roleName}`,
    close: () => link && rmSync(link.parent, { recursive: true, force: true }),
  }
}

function openPort(port: number): Endpoint {
  return {
    settings: { listen_addresses: '127.0.0.1', unix_socket_directories: '', port: String(port) },
    urlFor: (password) => `postgres://${roleName}:${password}@127.0.0.1:${port}/${roleName}`,
    close: () => {},
  }
}

function makeLink(folder: string): { parent: string; path: string } {
  const parent = mkdtempSync(join(tmpdir(), 'holdfast-'))
  const path = join(parent, 'db')
  symlinkSync(folder, path)
  return { parent, path }
}

const findFreePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
