import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Listeners that nobody may reach. Each connection they get is written down. */
export interface Canaries {
  /** The same on all addresses. */
  readonly port: number
  readonly socketPath: string
  readonly hits: readonly string[]
  close(): void
}

/** The loopback in its forms, every address of this machine, and a Unix socket. */
export async function startCanaries(): Promise<Canaries> {
  const hits: string[] = []
  const folder = mkdtempSync(join(tmpdir(), 'canary-'))
  const socketPath = join(folder, 'socket')
  const listen = (place: { host?: string; port?: number; path?: string }): Promise<Server> =>
    new Promise((resolve, reject) => {
      const server = createServer((socket) => {
        hits.push(`${place.host ?? place.path} from ${socket.remoteAddress}`)
        socket.end('HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nsecret')
      })
      server.once('error', reject)
      server.listen(place, () => resolve(server))
    })
  // Every address of the machine at once, of IPv4 too; on a machine without IPv6 there are only those.
  const everywhere = await listen({ host: '::', port: 0 }).catch(() => listen({ host: '0.0.0.0', port: 0 }))
  const { port } = everywhere.address() as AddressInfo
  const servers = [everywhere, await listen({ path: socketPath })]
  return {
    port,
    socketPath,
    hits,
    close() {
      for (const server of servers) server.close()
      rmSync(folder, { recursive: true })
    },
  }
}
