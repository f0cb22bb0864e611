import type { RealtimeEvent, RealtimeReply } from '@holdfast/contract'
import { expect } from 'vitest'
import type { Principal } from '../../src/auth/index.js'
import { publicPrincipal } from '../../src/auth/index.js'
import { Principals } from '../../src/auth/principals.js'
import type { EventText, Receiver } from '../../src/realtime/receiver.js'
import { parseSubscribeMessage } from '../../src/realtime/subscriptions/parse-subscribe.js'
import { Subscriptions } from '../../src/realtime/subscriptions/subscriptions.js'
import type { Persona } from './personas.js'
import type { TestServer } from './start-server.js'

// biome-ignore lint/suspicious/noExplicitAny: tests read records of every shape
export type TestEvent = RealtimeEvent<any>

/** A connection inside the process: what is sent to it is kept. */
export class TestReceiver implements Receiver {
  readonly id = crypto.randomUUID()
  readonly events: TestEvent[] = []
  readonly texts: string[] = []
  readonly replies: RealtimeReply[] = []
  private closeHandlers: (() => void)[] = []

  constructor(
    private readonly server: TestServer,
    public principal: Principal = publicPrincipal,
  ) {}

  sendEvent(_subscription: string, { json, id, type }: EventText): void {
    const event = JSON.parse(json)
    expect(event).toMatchObject({ id, type })
    expect(json).not.toMatch(/[\r\n]/)
    this.texts.push(json)
    this.events.push(event)
  }

  sendReply(reply: RealtimeReply): void {
    this.replies.push(reply)
  }

  async drained(): Promise<void> {}

  onClose(handler: () => void): void {
    this.closeHandlers.push(handler)
  }

  close(): void {
    for (const handler of this.closeHandlers.splice(0)) handler()
  }

  subscribe(request: Record<string, unknown>, name = 's'): Promise<{ close(): void }> {
    return this.server.app
      .get(Subscriptions, { strict: false })
      .subscribe(this, name, parseSubscribeMessage(request as never))
  }

  /** Subscribes and waits until it is live. */
  async follow(request: Record<string, unknown>, name = 's'): Promise<this> {
    const before = this.countOf('ready')
    await this.subscribe(request, name)
    await this.until(() => this.countOf('ready') > before)
    return this
  }

  countOf(type: string): number {
    return this.events.filter((event) => event.type === type).length
  }

  /** Waits for what the log must bring. */
  async until(holds: () => boolean, what: () => unknown = () => this.told): Promise<void> {
    for (let waitedMs = 0; !holds(); waitedMs += 10) {
      if (waitedMs > 20_000) throw new Error(`It did not come: ${JSON.stringify([what(), this.replies])}`)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }

  /** The changes told, without the frame around them. */
  get told(): unknown[] {
    return this.events.filter(({ type }) => type !== 'ready').map(({ type, record }) => [type, record])
  }

  /** Takes what was told until now. */
  take(): unknown[] {
    const { told } = this
    this.events.length = 0
    return told
  }
}

export async function receiverOf(server: TestServer, persona?: Persona): Promise<TestReceiver> {
  if (!persona) return new TestReceiver(server)
  return new TestReceiver(server, await principalOf(server, persona))
}

export async function principalOf(server: TestServer, { token }: Persona): Promise<Principal> {
  const { sid } = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString())
  return (await server.app.get(Principals, { strict: false }).find(sid))!
}
