import { type Json, limits } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import { defineError, invalidAt } from '../../lib/index.js'
import { parseJson } from '../../platform/http/index.js'
import { Log } from '../../platform/log/index.js'
import { Channels } from '../channels/channels.js'
import { toErrorReply } from '../error-reply.js'
import { Subscriptions } from '../subscriptions/subscriptions.js'
import { ConnectionRights } from './connection-rights.js'
import { countMessage } from './message-rate.js'
import { parseMessage, refOf, type SocketMessage } from './parse-message.js'
import type { SocketConnection } from './socket-connection.js'

const rateLimited = defineError('rate_limited')

/** Messages of one socket that wait for those before them. */
const maxQueued = 200

/** What clients ask for over WebSocket: each message is checked, counted and answered, one after the other. */
@Injectable()
export class SocketRequests {
  constructor(
    private readonly subscriptions: Subscriptions,
    private readonly channels: Channels,
    private readonly rights: ConnectionRights,
    private readonly log: Log,
  ) {}

  receive(connection: SocketConnection, data: Buffer, isBinary: boolean): void {
    if (connection.closed) return
    connection.noteHeard()
    const counted = countMessage(connection.rate, Date.now())
    if (isBinary || counted === 'flood') connection.end('protocol')
    else if (counted === 'refused' || connection.queue.length >= maxQueued) this.refuse(connection, tooFast())
    else this.take(connection, data)
  }

  // ── steps ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  private take(connection: SocketConnection, data: Buffer): void {
    let ref: string | undefined
    try {
      const parsed = parseJson(data, 'message')
      ref = refOf(parsed)
      const message = parseMessage(parsed)
      // Whoever asks whether the connection lives is not kept waiting by what takes long.
      if (message.type === 'ping') connection.sendReply({ type: 'pong', ref })
      else this.enqueue(connection, message)
    } catch (error) {
      this.refuse(connection, error, ref)
    }
  }

  private refuse(connection: SocketConnection, error: unknown, ref?: string): void {
    connection.sendReply(toErrorReply(error, { ref }, this.log))
  }

  private enqueue(connection: SocketConnection, message: SocketMessage): void {
    connection.queue.push(message)
    if (!connection.answering) void this.answerAll(connection)
  }

  private async answerAll(connection: SocketConnection): Promise<void> {
    connection.answering = true
    for (let next = connection.queue.shift(); next && !connection.closed; next = connection.queue.shift())
      await this.answer(connection, next)
    connection.answering = false
  }

  private async answer(connection: SocketConnection, message: SocketMessage): Promise<void> {
    const { ref } = message
    try {
      await this.run(connection, message)
      connection.settled = true
      if (ref !== undefined) connection.sendReply({ type: 'ok', ref })
    } catch (error) {
      this.refuse(connection, error, ref)
    }
  }

  private run(connection: SocketConnection, message: SocketMessage): Promise<void> | void {
    switch (message.type) {
      case 'auth':
        return this.rights.authenticate(connection, message.token, connection.visit)
      case 'subscribe':
        return this.subscribe(connection, message)
      case 'unsubscribe':
        return unsubscribe(connection, message.id)
      case 'join':
        return this.channels.join(connection, message.channel, message.presence as { [key: string]: Json } | undefined)
      case 'leave':
        return this.channels.leave(connection, message.channel)
      case 'send':
        return this.channels.send(connection, message.channel, message.event as string, message.payload as Json)
      case 'presence':
        return this.channels.setPresence(connection, message.channel, message.state as { [key: string]: Json })
      case 'ping':
        return
    }
  }

  private async subscribe(
    connection: SocketConnection,
    { id, subscription }: Extract<SocketMessage, { type: 'subscribe' }>,
  ): Promise<void> {
    const { subscriptions } = connection
    if (subscriptions.has(id)) throw invalidAt('conflict', 'id', 'There is a subscription of this id on this socket')
    if (subscriptions.size >= limits.subscriptionsPerSocket)
      throw invalidAt('query_too_complex', 'id', `A socket has at most ${limits.subscriptionsPerSocket} subscriptions`)
    const subscribed = await this.subscriptions.subscribe(connection, id, subscription)
    subscriptions.set(id, subscribed)
  }
}

function unsubscribe({ subscriptions }: SocketConnection, id: string): void {
  const subscribed = subscriptions.get(id)
  if (!subscribed) throw invalidAt('not_found', 'id', 'There is no subscription of this id on this socket')
  subscribed.close()
  subscriptions.delete(id)
}

const tooFast = () => rateLimited('Too many messages', { hint: 'Send at most 100 messages a second' })
