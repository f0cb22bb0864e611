import type { ServerResponse } from 'node:http'
import { limits } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import { type ServerOptions, WebSocketServer } from 'ws'
import { Identities, toVisit } from '../../auth/index.js'
import { defineError } from '../../lib/index.js'
import { type Answer, type DirectRequest, DirectRoutes, type UpgradedConnection } from '../../platform/http/index.js'
import { Log } from '../../platform/log/index.js'
import { toErrorReply } from '../error-reply.js'
import { parseSubscribeQuery, type RawSubscription } from '../subscriptions/parse-subscribe.js'
import { Subscriptions } from '../subscriptions/subscriptions.js'
import { ConnectionRights } from './connection-rights.js'
import { OpenConnections } from './open-connections.js'
import { SocketConnection } from './socket-connection.js'
import { SocketRequests } from './socket-requests.js'
import { SseConnection } from './sse-connection.js'

const malformed = defineError('malformed_request')

const path = '/api/v1/realtime'

const socketOptions: ServerOptions & { closeTimeout: number } = {
  noServer: true,
  clientTracking: false,
  perMessageDeflate: false,
  maxPayload: limits.socketMessageBytes,
  closeTimeout: 5000,
}

/** Who may be told of changes as they come. Open to everyone: rules decide for each collection, record and field. */
@Injectable()
export class RealtimeRoutes {
  private readonly sockets = new WebSocketServer(socketOptions)

  constructor(
    private readonly connections: OpenConnections,
    private readonly rights: ConnectionRights,
    private readonly identities: Identities,
    private readonly subscriptions: Subscriptions,
    private readonly requests: SocketRequests,
    private readonly log: Log,
    routes: DirectRoutes,
  ) {
    // Thrown in the middle of its handshake, so that the front answers as it answers everything.
    this.sockets.on('wsClientError', ({ message }) => {
      throw malformed(message)
    })
    routes.add({
      method: 'GET',
      path,
      access: 'public',
      handle: (request) => this.stream(request),
      upgrade: (request, connection) => this.upgrade(request, connection),
    })
  }

  /** Server-sent events: one subscription, which the query string describes. */
  private async stream(request: DirectRequest): Promise<Answer> {
    this.connections.refuseAtEnd()
    const subscription = toSubscription(request)
    const { version } = this.rights
    const connection = new SseConnection(this.connections, await this.identities.ofRequest(request), this.log)
    const abandon = () => connection.abandon()
    request.socket.once('close', abandon)
    this.rights.admit(connection, version)
    try {
      await Promise.race([this.subscribe(connection, subscription), connection.begun])
    } catch (error) {
      connection.abandon()
      throw error
    } finally {
      request.socket.off('close', abandon)
    }
    if (request.method === 'HEAD') connection.abandon()
    const open = (response: ServerResponse) => connection.open(response)
    return { status: 200, contentType: 'text/event-stream; charset=utf-8', headers: streamHeaders, open }
  }

  /** Once something was told, the answer has begun: what goes wrong after it is told in the stream. */
  private async subscribe(connection: SseConnection, subscription: RawSubscription): Promise<void> {
    try {
      await this.subscriptions.subscribe(connection, '', subscription)
    } catch (error) {
      if (!connection.hasBegun) throw error
      connection.sendReply(toErrorReply(error, {}, this.log))
    }
  }

  private async upgrade(request: DirectRequest, { socket, head }: UpgradedConnection): Promise<void> {
    this.connections.refuseAtEnd()
    const { version } = this.rights
    const identity = await this.identities.ofRequest(request)
    this.sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = new SocketConnection(this.connections, identity, toVisit(request), webSocket, socket, this.log)
      webSocket.on('message', (data, isBinary) => this.requests.receive(connection, data as Buffer, isBinary))
      this.rights.admit(connection, version)
    })
  }
}

/** Proxies that gather an answer before they pass it on would keep events from their readers. */
const streamHeaders = { 'x-accel-buffering': 'no' }

/** A browser that lost the connection asks by the same URL again, and says what it had: that counts, and no second snapshot. */
function toSubscription({ url = '', headers }: DirectRequest): RawSubscription {
  const at = url.indexOf('?')
  const asked = parseSubscribeQuery(at < 0 ? '' : url.slice(at + 1))
  const lastId = headers['last-event-id']
  return typeof lastId === 'string' && lastId !== '' ? { ...asked, since: lastId, snapshot: false } : asked
}
