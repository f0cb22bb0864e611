import { setTimeout as sleep } from 'node:timers/promises'
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common'
import { defineError } from '../../lib/index.js'
import { Meters } from '../../platform/meters/index.js'
import type { Connection, ConnectionHome } from './connection.js'

const unavailable = defineError('unavailable')

const beatMs = 1000
/** Connections that write in one turn of the event loop; the others follow in the next. */
const writesPerTurn = 500
/** How long clients have to answer that they are told to go. */
const partingMs = 1000

/** All that are open on this node, what they do together, and their end. One timer serves all of them. */
@Injectable()
export class OpenConnections implements ConnectionHome, OnApplicationBootstrap, OnModuleDestroy {
  private readonly open = new Set<Connection>()
  private readonly told: Connection[] = []
  private flushing = false
  private timer: NodeJS.Timeout | undefined
  private stopping: Promise<void> | undefined

  constructor(meters: Meters) {
    meters.gauge('realtime_connections', 'Open connections of clients that are told of changes.', () => this.open.size)
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.beat(), beatMs)
  }

  onModuleDestroy(): Promise<void> {
    return this.stop()
  }

  get size(): number {
    return this.open.size
  }

  /** @throws unavailable when the server is about to stop */
  refuseAtEnd(): void {
    if (this.stopping) throw unavailable('The server is about to stop', { headers: { 'retry-after': '1' } })
  }

  add(connection: Connection): void {
    this.open.add(connection)
    if (this.stopping) connection.end('restart')
  }

  remove(connection: Connection): void {
    this.open.delete(connection)
  }

  list(): Iterable<Connection> {
    return this.open
  }

  flushSoon(connection: Connection): void {
    this.told.push(connection)
    if (this.flushing) return
    this.flushing = true
    setImmediate(() => this.flushSome())
  }

  /** Tells everybody to come back later, and closes. For the moment the server stops to listen; after it nobody is let in. */
  stop(): Promise<void> {
    this.stopping ??= this.endAll()
    return this.stopping
  }

  // ── steps ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  private beat(): void {
    const nowMs = Date.now()
    for (const connection of this.open)
      if (nowMs >= connection.expiresAtMs) connection.end('expired')
      else connection.beat(nowMs)
  }

  private flushSome(): void {
    for (const connection of this.told.splice(0, writesPerTurn)) connection.flush()
    if (this.told.length > 0) setImmediate(() => this.flushSome())
    else this.flushing = false
  }

  private async endAll(): Promise<void> {
    clearInterval(this.timer)
    const connections = [...this.open]
    for (const connection of connections) connection.end('restart')
    if (connections.length === 0) return
    await sleep(partingMs)
    for (const connection of connections) connection.destroy()
  }
}
