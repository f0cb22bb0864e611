import type { Duplex } from 'node:stream'
import type { RealtimeReply } from '@holdfast/contract'
import type { WebSocket } from 'ws'
import type { Identity, Visit } from '../../auth/index.js'
import type { Log } from '../../platform/log/index.js'
import { toErrorReply } from '../error-reply.js'
import type { EventText } from '../receiver.js'
import { Connection, type ConnectionHome } from './connection.js'
import { closeCodeOf, type Ending, errorOf, retryAfterMs } from './ending.js'
import { type MessageRate, newMessageRate } from './message-rate.js'
import type { SocketMessage } from './parse-message.js'
import { toTextFrame } from './text-frame.js'

const pingMs = 25_000
const deadMs = 60_000
/** Whoever says neither who they are nor what they want is not kept. */
const silentMs = 10_000

/** What a subscription gives to end it. */
export interface Subscribed {
  close(): void
}

/** A WebSocket: many subscriptions and channels on one connection. */
export class SocketConnection extends Connection {
  readonly rate: MessageRate = newMessageRate(Date.now())
  /** Messages that wait for the one that is being answered. */
  readonly queue: SocketMessage[] = []
  answering = false
  /** Somebody is signed in, or something was asked for. */
  settled: boolean
  readonly subscriptions = new Map<string, Subscribed>()
  private readonly openedAtMs = Date.now()
  private heardAtMs = this.openedAtMs
  private pingedAtMs = this.openedAtMs

  constructor(
    home: ConnectionHome,
    identity: Identity | undefined,
    /** Where it was opened from: a key may be shown later. */
    readonly visit: Visit,
    private readonly socket: WebSocket,
    private readonly stream: Duplex,
    private readonly log: Log,
  ) {
    super(home, identity)
    this.settled = identity !== undefined
    socket
      .on('pong', () => this.noteHeard())
      .on('close', () => this.leave())
      // Its close follows, with the code of what was wrong.
      .on('error', (error) => log.debug({ reason: error.message }, 'a WebSocket failed'))
    stream.on('drain', () => this.noteDrained())
  }

  noteHeard(): void {
    this.heardAtMs = Date.now()
  }

  override beat(nowMs: number): void {
    if (nowMs - this.heardAtMs > deadMs) this.destroy()
    else if (!this.settled && nowMs - this.openedAtMs > silentMs) this.end('silent')
    else if (nowMs - this.pingedAtMs > pingMs) {
      this.pingedAtMs = nowMs
      this.socket.ping()
    }
  }

  override destroy(): void {
    this.socket.terminate()
  }

  override get unsentBytes(): number {
    return this.stream.writableLength
  }

  protected override encodeEvent(subscription: string, event: EventText): Buffer {
    return toEventFrame(subscription, event)
  }

  protected override deliver(reply: RealtimeReply): void {
    if (reply.type === 'error' && reply.subscription !== undefined) this.subscriptions.delete(reply.subscription)
    this.push(toReplyFrame(reply))
  }

  /** Past `ws`, which would build a frame per socket: nothing else is written between the parts of a frame. */
  protected override write(bytes: readonly Buffer[]): void {
    if (this.socket.readyState !== this.socket.OPEN) return
    if (bytes.length > 1) this.stream.cork()
    for (const frame of bytes) this.stream.write(frame)
    if (bytes.length > 1) this.stream.uncork()
  }

  protected override finish(ending: Ending): void {
    const error = errorOf(ending)
    if (error) this.tell(toErrorReply(error, {}, this.log))
    if (ending === 'restart')
      this.tell({ type: 'goodbye', retryAfterMs: retryAfterMs(), reason: 'The server stops; come back' })
    this.socket.close(closeCodeOf(ending), error?.code ?? ending)
  }

  private tell(reply: RealtimeReply): void {
    this.write([toTextFrame(JSON.stringify(reply))])
  }
}

let lastEvent: EventText | undefined
let lastSubscription: string
let lastFrame: Buffer

/** Many receivers get the same event by the same name, one after the other: the frame of the last serves all of them. */
function toEventFrame(subscription: string, event: EventText): Buffer {
  if (event === lastEvent && subscription === lastSubscription) return lastFrame
  lastEvent = event
  lastSubscription = subscription
  lastFrame = toTextFrame(`{"subscription":${JSON.stringify(subscription)},${event.json.slice(1)}`)
  return lastFrame
}

let lastReply: RealtimeReply | undefined
let lastReplyFrame: Buffer

/** All in a channel are told the same message, one after the other. Nobody changes a reply that was sent. */
function toReplyFrame(reply: RealtimeReply): Buffer {
  if (reply === lastReply) return lastReplyFrame
  lastReply = reply
  lastReplyFrame = toTextFrame(JSON.stringify(reply))
  return lastReplyFrame
}
