import type { ServerResponse } from 'node:http'
import type { RealtimeReply } from '@holdfast/contract'
import type { Identity } from '../../auth/index.js'
import type { Log } from '../../platform/log/index.js'
import { toErrorReply } from '../error-reply.js'
import type { EventText } from '../receiver.js'
import { Connection, type ConnectionHome } from './connection.js'
import { type Ending, errorOf, retryAfterMs } from './ending.js'
import { toErrorText, toEventText, toPositionText, toRetryText } from './sse-text.js'

const heartbeat = Buffer.from(':\n\n')
const heartbeatMs = 15_000
/** A client that takes nothing of what waits for it is gone. */
const stalledMs = 60_000
/** How soon a client comes back whose connection broke. */
const reconnectMs = 1000

/** A stream of server-sent events: one subscription, whose events wait until the head of the answer is sent. */
export class SseConnection extends Connection {
  /** Resolves when the first thing was told: from then on there is no other answer. */
  readonly begun: Promise<void>
  private begin!: () => void
  private told = false
  private response: ServerResponse | undefined
  private waiting: Buffer[] = [toRetryText(reconnectMs)]
  private lastWriteMs = Date.now()
  private takenBytes = 0
  private lastTakenMs = Date.now()

  constructor(
    home: ConnectionHome,
    identity: Identity | undefined,
    private readonly log: Log,
  ) {
    super(home, identity)
    this.begun = new Promise((resolve) => {
      this.begin = resolve
    })
  }

  get hasBegun(): boolean {
    return this.told
  }

  /** The head of the answer is sent: from here on it flows. */
  open(response: ServerResponse): void {
    // Its close follows, or has been: an error that nobody hears would end the process.
    response.on('error', () => {})
    if (response.destroyed) {
      this.leave()
      return
    }
    this.response = response
    response.on('close', () => this.leave()).on('drain', () => this.noteDrained())
    this.lastTakenMs = Date.now()
    this.write(this.waiting.splice(0))
    if (this.closed) response.end()
  }

  /** The client went before there was an answer, or there is none but an error. */
  abandon(): void {
    this.leave()
  }

  override beat(nowMs: number): void {
    if (!this.response) return
    const { socket, writableLength } = this.response
    const takenBytes = (socket?.bytesWritten ?? 0) - writableLength
    if (writableLength === 0 || takenBytes !== this.takenBytes) this.lastTakenMs = nowMs
    this.takenBytes = takenBytes
    if (nowMs - this.lastTakenMs > stalledMs) this.end('slow')
    else if (nowMs - this.lastWriteMs > heartbeatMs) this.push(heartbeat)
  }

  override destroy(): void {
    this.response?.destroy()
  }

  override get unsentBytes(): number {
    return this.response ? this.response.writableLength : this.waiting.reduce((sum, { length }) => sum + length, 0)
  }

  protected override encodeEvent(_subscription: string, event: EventText): Buffer {
    return toEventText(event)
  }

  protected override deliver(reply: RealtimeReply): void {
    if (reply.type === 'position') this.push(toPositionText(reply.id))
    else if (reply.type === 'error') {
      this.push(toErrorText(reply))
      this.end('over')
    }
  }

  protected override write(bytes: readonly Buffer[]): void {
    this.lastWriteMs = Date.now()
    if (this.response) this.response.write(bytes.length === 1 ? bytes[0] : Buffer.concat(bytes))
    else {
      this.waiting.push(...bytes)
      this.told = true
      this.begin()
    }
  }

  protected override finish(ending: Ending): void {
    if (ending === 'slow') {
      this.destroy()
      return
    }
    const error = errorOf(ending)
    if (error) this.write([toErrorText(toErrorReply(error, {}, this.log))])
    if (ending === 'restart') this.write([toRetryText(retryAfterMs())])
    this.response?.end()
  }
}
