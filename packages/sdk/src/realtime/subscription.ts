import type { RealtimeEvent, SubscribeRequest } from '@holdfast/contract'
import type { HoldfastError } from '../errors.js'
import type { Member, RealtimeSocket, SocketMessage } from './socket.js'

/** A record as its events have it. */
type AnyRecord = { readonly id?: string }

/** What a subscription tells of. */
export type RecordEvent<R> =
  | { type: 'snapshot' | 'create' | 'update' | 'enter'; id: string; at: string; record: R }
  | { type: 'delete' | 'leave'; id: string; at: string; record: { id: string } }
  /** `reset`: what was told before may no longer hold. `ready`: all of the snapshot, or of what was missed, has been told. */
  | { type: 'reset' | 'ready'; id: string; at: string; record?: undefined }

export interface SubscriptionHandlers<R> {
  event(event: RecordEvent<R>): void
  /** The server ended the subscription. */
  error(error: HoldfastError): void
}

let count = 0

/** One subscription: goes on after its last event on every new socket. */
export class Subscription<R extends AnyRecord> implements Member {
  readonly #socket: RealtimeSocket
  readonly #wanted: Omit<SubscribeRequest, 'id'>
  readonly #handlers: SubscriptionHandlers<R>
  readonly #id = String(++count)
  /** The last event, or position; undefined until the snapshot is complete. */
  #since: string | undefined
  /** Events of the snapshot have been told. */
  #begun = false

  constructor(socket: RealtimeSocket, wanted: Omit<SubscribeRequest, 'id'>, handlers: SubscriptionHandlers<R>) {
    this.#socket = socket
    this.#wanted = wanted
    this.#handlers = handlers
    this.#since = wanted.since
    socket.add(this.#key, this)
  }

  close(): void {
    this.#socket.remove(this.#key, { type: 'unsubscribe', id: this.#id })
  }

  open(sameCaller: boolean): void {
    if (!sameCaller) this.#since = undefined
    // What another caller was told, or half a snapshot, is told anew from its beginning.
    if (this.#begun && this.#since === undefined)
      this.#handlers.event({ type: 'reset', id: '', at: new Date().toISOString() })
    // With `since` the server tells a snapshot only when it cannot go on from there.
    this.#socket.begin(this.#key, { type: 'subscribe', ...this.#wanted, since: this.#since, id: this.#id })
  }

  receive(message: SocketMessage): void {
    if (message.type === 'position') this.#since = message.id
    else this.#tell(message as RecordEvent<R>)
  }

  fail(error: HoldfastError): void {
    this.#handlers.error(error)
  }

  /** Half a snapshot is no place to go on from. */
  #tell(event: RecordEvent<R>): void {
    this.#begun = true
    // The server begins the snapshot anew by itself.
    if (event.type === 'reset' && this.#wanted.snapshot) this.#since = undefined
    else if (event.type !== 'snapshot') this.#since = event.id
    const { subscription: _, ...told } = event as RealtimeEvent
    this.#handlers.event(told as RecordEvent<R>)
  }

  get #key(): string {
    return `subscription ${this.#id}`
  }
}
