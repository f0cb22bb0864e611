import type { RealtimeReply, RealtimeRequest } from '@holdfast/contract'
import { type Principal, Principals, publicPrincipal } from '../../src/auth/index.js'
import { AppError } from '../../src/lib/index.js'
import { Channels } from '../../src/realtime/channels/channels.js'
import type { Receiver } from '../../src/realtime/receiver.js'
import type { TestServer } from './start-server.js'

// biome-ignore lint/suspicious/noExplicitAny: tests read messages of every shape
type AnyReply = any

/** A connection inside the process of the server. */
export class ChannelClient {
  readonly received: RealtimeReply[] = []
  private readonly closers: (() => void)[] = []
  private wake = () => {}

  constructor(
    private readonly channels: Channels,
    private readonly receiver: Receiver,
  ) {}

  /** By which others see it. */
  get id(): string {
    return this.receiver.id
  }

  async request(message: RealtimeRequest): Promise<RealtimeReply> {
    try {
      await this.handle(message)
      return { type: 'ok' }
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      return { type: 'error', code: error.code, detail: error.detail }
    }
  }

  /** The next message of a type; those before it are dropped. */
  async next(type: string): Promise<AnyReply> {
    const deadlineMs = Date.now() + 20_000
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

  close(): void {
    for (const closer of this.closers.splice(0)) closer()
  }

  onClose(handler: () => void): void {
    this.closers.push(handler)
  }

  take(reply: RealtimeReply): void {
    this.received.push(JSON.parse(JSON.stringify(reply)))
    this.wake()
  }

  private async handle(message: RealtimeRequest): Promise<void> {
    const { channels, receiver } = this
    if (message.type === 'join') await channels.join(receiver, message.channel, message.presence)
    else if (message.type === 'leave') channels.leave(receiver, message.channel)
    else if (message.type === 'send') await channels.send(receiver, message.channel, message.event, message.payload)
    else if (message.type === 'presence') channels.setPresence(receiver, message.channel, message.state)
  }
}

let count = 0

export async function connect(server: TestServer, token?: string): Promise<ChannelClient> {
  const principal: Principal = token === undefined ? publicPrincipal : await principalOf(server, token)
  count += 1
  const client: ChannelClient = new ChannelClient(server.app.get(Channels, { strict: false }), {
    id: `${process.pid}-${count}`,
    principal,
    sendEvent: () => {},
    sendReply: (reply) => client.take(reply),
    drained: async () => {},
    onClose: (handler) => client.onClose(handler),
  })
  return client
}

async function principalOf(server: TestServer, token: string): Promise<Principal> {
  const { sid } = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString())
  return (await server.app.get(Principals, { strict: false }).find(sid))!
}
