import { type AddressInfo, createServer, type Socket } from 'node:net'

export interface RawReceiver {
  readonly port: number
  /** Connections it got, and those that are still open. */
  readonly connections: readonly Socket[]
  readonly open: number
  close(): void
}

/** A receiver that answers in bytes of its own, once the head of a request has come. */
export async function startRawReceiver(answer: (socket: Socket) => void): Promise<RawReceiver> {
  const connections: Socket[] = []
  const server = createServer((socket) => {
    connections.push(socket)
    socket.on('error', () => {})
    socket.once('data', () => answer(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    connections,
    get open() {
      return connections.filter((socket) => !socket.destroyed).length
    },
    close() {
      server.close()
      for (const socket of connections) socket.destroy()
    },
  }
}

/** Writes as fast as the other side reads, until it hangs up. */
export function pour(socket: Socket, bytes: Buffer | string): void {
  const write = () => {
    while (!socket.destroyed && socket.write(bytes));
  }
  socket.on('drain', write)
  write()
}
