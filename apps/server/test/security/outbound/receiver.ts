import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Received {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Receiver {
  readonly port: number
  readonly received: readonly Received[]
  close(): void
}

/** A receiver of calls on one address of the loopback. */
export async function startReceiver(
  answer: (response: ServerResponse, received: Received) => void = (response) => response.end('received'),
  place: { readonly host?: string; readonly port?: number } = {},
): Promise<Receiver> {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks).toString()
    const call = { method: request.method!, path: request.url!, headers: request.headers, body }
    received.push(call)
    answer(response, call)
  })
  await new Promise<void>((resolve) => server.listen(place.port ?? 0, place.host ?? '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    received,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
