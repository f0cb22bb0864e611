import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** Stands between client and server, and cuts connections when told to. */
export interface CuttingProxy {
  readonly url: string
  /** What the server answered to the last request whose connection was cut at its answer. */
  lastAnswer(): string
  stop(): Promise<void>
}

/**
 * `when` decides per connection: cut when the server begins to answer (what it did is committed by then, and nobody is
 * told), or so many milliseconds after the request went through, whatever the server is doing.
 */
export async function startCuttingProxy(target: string, when: () => 'answer' | number): Promise<CuttingProxy> {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  let lastAnswer = ''
  const proxy = createServer((client) => {
    const server = connect(Number(port), hostname)
    const cut = () => {
      client.destroy()
      server.destroy()
    }
    for (const socket of [client, server]) {
      sockets.add(socket)
      socket.on('error', cut).on('close', () => {
        sockets.delete(socket)
        cut()
      })
    }
    const decision = when()
    client.on('data', (chunk: Buffer) => {
      server.write(chunk)
      if (typeof decision === 'number') setTimeout(cut, decision)
    })
    server.on('data', (chunk: Buffer) => {
      if (typeof decision === 'number') client.write(chunk)
      else {
        lastAnswer = chunk.toString()
        cut()
      }
    })
  })
  await new Promise<void>((ready) => proxy.listen(0, '127.0.0.1', ready))
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    lastAnswer: () => lastAnswer,
    stop: () =>
      new Promise((stopped) => {
        for (const socket of sockets) socket.destroy()
        proxy.close(() => stopped())
      }),
  }
}
