import { get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RealtimeEvent } from '@holdfast/contract'
import { WebSocket } from 'ws'

const path = '/api/v1/realtime'

export type FollowerKind = 'socket' | 'stream'

export interface FollowerOptions {
  readonly kind: FollowerKind
  readonly token: string
  readonly collection: string
  /** Where to connect now: a node that may be there. */
  readonly pickUrl: () => string
}

/** A client that follows a collection over any node. When it is cut off it comes back, and goes on after what it has seen. */
export class Follower {
  /** `create`, `update` or `delete` and the version, per record, in the order they were told. */
  readonly told = new Map<string, string[]>()
  count = 0
  connections = 0
  /** What no follower should hear: resets, errors. */
  readonly complaints: unknown[] = []
  isReady = false
  private since: string | undefined
  private stopped = false
  private hangUp = () => {}
  private readonly running: Promise<void>

  constructor(private readonly options: FollowerOptions) {
    this.running = this.run()
  }

  /** Breaks the connection, as a bad network does. */
  cut(): void {
    this.hangUp()
  }

  async stop(): Promise<void> {
    this.stopped = true
    this.hangUp()
    await this.running
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      const url = this.options.pickUrl() + path
      await (this.options.kind === 'socket' ? this.listen(url) : this.read(url)).catch(() => {})
      await sleep(Math.random() * 50)
    }
  }

  private take(event: RealtimeEvent): void {
    if (event.type === 'ready') this.isReady = true
    else if (event.type === 'create' || event.type === 'update' || event.type === 'delete') this.note(event)
    else this.complaints.push(event)
    this.since = event.id
  }

  private note({ type, record }: RealtimeEvent): void {
    const id = record!['id'] as string
    this.told.set(id, [...(this.told.get(id) ?? []), `${type} ${record!['version'] ?? ''}`])
    this.count += 1
  }

  private listen(url: string): Promise<void> {
    const { token, collection } = this.options
    const socket = new WebSocket(url.replace('http', 'ws'), { headers: { authorization: `Bearer ${token}` } })
    this.hangUp = () => socket.terminate()
    socket.on('open', () => {
      this.connections += 1
      socket.send(JSON.stringify({ type: 'subscribe', id: 's', collection, since: this.since }))
    })
    socket.on('message', (data) => {
      const message = JSON.parse(String(data))
      if (message.type === 'position') this.since = message.id
      else if (message.type !== 'goodbye') this.take(message)
    })
    return new Promise((resolve) => socket.on('error', () => {}).on('close', () => resolve()))
  }

  private read(url: string): Promise<void> {
    const { token, collection } = this.options
    const headers = { authorization: `Bearer ${token}`, ...(this.since && { 'last-event-id': this.since }) }
    // An agent would keep connections that a server which stops waits for.
    const request = get(`${url}?collection=${collection}`, { headers, agent: false })
    this.hangUp = () => request.destroy()
    request.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk) => {
        const blocks = (text + chunk).split('\n\n')
        text = blocks.pop()!
        if (response.statusCode === 200) for (const block of blocks) this.takeBlock(block)
      })
      response.on('error', () => {}).on('end', () => request.destroy())
      if (response.statusCode === 200) this.connections += 1
      else if (response.statusCode! < 500) this.complaints.push(response.statusCode)
    })
    return new Promise((resolve) => request.on('error', () => {}).on('close', () => resolve()))
  }

  private takeBlock(block: string): void {
    const fieldOf = (field: string) => new RegExp(`^${field}: (.*)$`, 'm').exec(block)?.[1]
    const [event, data, id] = [fieldOf('event'), fieldOf('data'), fieldOf('id')]
    if (event !== undefined) this.complaints.push(block)
    else if (data !== undefined) this.take(JSON.parse(data))
    else if (id !== undefined) this.since = id
  }
}
