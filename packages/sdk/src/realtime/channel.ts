import type { ChannelMember, ChannelMessage, Json } from '@holdfast/contract'
import type { HoldfastError } from '../errors.js'
import type { Member, RealtimeSocket, SocketMessage } from './socket.js'

/** A message of another member. */
export interface ReceivedMessage {
  readonly event: string
  readonly payload: Json
  readonly from: ChannelMember
  readonly at: string
}

export interface ChannelHandlers {
  message?(message: ReceivedMessage): void
  /** Everybody who is there, whenever that changes. Only where the rules open the presence. */
  presence?(members: readonly ChannelMember[]): void
  /** The server ended the membership, or refused it. */
  error?(error: HoldfastError): void
}

/** A place where connected clients meet: messages and presence, kept nowhere. `client.channel(name)`. */
export class Channel implements Member {
  readonly #socket: RealtimeSocket
  readonly #name: string
  readonly #members = new Map<string, ChannelMember>()
  #handlers: ChannelHandlers = {}
  #presence: { [key: string]: Json } | undefined

  /** @internal */
  constructor(socket: RealtimeSocket, name: string) {
    this.#socket = socket
    this.#name = name
  }

  /**
   * Goes there, and comes back after every break of the connection. `state` is what the others see; left out, nobody
   * sees that somebody is there. Messages sent during a break are lost.
   *
   * @example
   * const room = client.channel('room').join({
   *   state: { name: 'Ada' },
   *   message: ({ event, payload, from }) => console.log(event, payload, from.user),
   *   presence: (members) => console.log(members.length),
   * })
   */
  join(handlers: ChannelHandlers & { state?: { [key: string]: Json } } = {}): this {
    this.#handlers = handlers
    this.#presence = handlers.state
    this.#socket.add(this.#key, this)
    return this
  }

  /**
   * Sends a message to all other members. Resolves when the server has it.
   * @throws HoldfastError `forbidden`, `rate_limited`; an Error while there is no connection
   *
   * @example
   * const room = client.channel('room').join()
   * await room.send('cursor', { x: 10, y: 20 })
   */
  send(event: string, payload: Json): Promise<void> {
    return this.#socket.request({ type: 'send', channel: this.#name, event, payload })
  }

  /** Changes what the others see. */
  setState(state: { [key: string]: Json }): Promise<void> {
    this.#presence = state
    return this.#socket.request({ type: 'presence', channel: this.#name, state })
  }

  /** Who is there. */
  get members(): readonly ChannelMember[] {
    return [...this.#members.values()]
  }

  leave(): void {
    this.#socket.remove(this.#key, { type: 'leave', channel: this.#name })
    this.#members.clear()
  }

  /** @internal */
  open(): void {
    this.#socket.begin(this.#key, { type: 'join', channel: this.#name, presence: this.#presence })
  }

  /** @internal */
  receive(received: SocketMessage): void {
    const message = received as ChannelMessage
    if (message.type === 'message') {
      this.#handlers.message?.(message)
      return
    }
    if (message.type === 'presences') this.#replace(message.members)
    else if (message.type === 'left') this.#members.delete(message.member.id)
    else this.#members.set(message.member.id, message.member)
    this.#handlers.presence?.(this.members)
  }

  /** @internal */
  fail(error: HoldfastError): void {
    this.#members.clear()
    this.#handlers.error?.(error)
  }

  #replace(members: readonly ChannelMember[]): void {
    this.#members.clear()
    for (const member of members) this.#members.set(member.id, member)
  }

  get #key(): string {
    return `channel ${this.#name}`
  }
}
