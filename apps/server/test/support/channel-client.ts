import type { RealtimeReply, RealtimeRequest } from '@holdfast/contract'
import { WebSocket } from 'ws'
import { openSocket, type SocketClient } from './realtime.js'
import type { TestServer } from './start-server.js'

// biome-ignore lint/suspicious/noExplicitAny: tests read messages of every shape
type AnyReply = any

const patienceMs = 20_000

/** A connection that is in channels, and keeps what it is told there until a test has looked at it. */
export class ChannelClient {
  /** What came and was no answer to a message. */
  readonly received: RealtimeReply[] = []
  private readonly joined = new Set<string>()
  private wake = () => {}

  constructor(private readonly client: SocketClient) {
    client.socket.on('message', (data) => {
      const reply = JSON.parse(String(data))
      if ('ref' in reply) return
      this.received.push(reply)
      this.wake()
    })
  }

  get closed(): SocketClient['closed'] {
    return this.client.closed
  }

  async request(message: RealtimeRequest): Promise<RealtimeReply> {
    const reply = await this.client.ask(message)
    if (message.type === 'join' && reply.type === 'ok') this.joined.add(message.channel)
    return reply
  }

  /** Sends a text as it is, and waits for nothing. */
  send(text: string): void {
    this.client.socket.send(text)
  }

  /** The next message of a type; those before it are dropped. */
  async next(type: string): Promise<AnyReply> {
    const deadlineMs = Date.now() + patienceMs
    for (;;) {
      const at = this.received.findIndex((reply) => reply.type === type)
      if (at >= 0) return this.received.splice(0, at + 1).at(-1)
      if (Date.now() > deadlineMs) throw new Error(`There came no ${type}, but ${JSON.stringify(this.received)}`)
      await new Promise<void>((resolve) => {
        this.wake = resolve
        setTimeout(resolve, 500)
      })
    }
  }

  /** All that came until now, as text; what was sent to it before has come. */
  async heard(): Promise<string> {
    if (!this.closed) await this.client.ask({ type: 'ping' })
    return JSON.stringify(this.received)
  }

  /** As when its machine loses power. */
  drop(): void {
    this.client.socket.terminate()
  }

  /** Leaves in peace: nobody hears of it later. */
  async close(): Promise<void> {
    if (this.client.socket.readyState === WebSocket.OPEN)
      for (const channel of this.joined) await this.client.ask({ type: 'leave', channel })
    this.drop()
  }
}

/** `token` left out: nobody is signed in. */
export async function connect(server: Pick<TestServer, 'url'>, token?: string): Promise<ChannelClient> {
  return new ChannelClient(await openSocket(server, token === undefined ? {} : { token }))
}
