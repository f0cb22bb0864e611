import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common'
import {
  credentialOf,
  type Holder,
  holderOf,
  Identities,
  isAbout,
  Principals,
  rightsKeyOf,
  type Visit,
} from '../../auth/index.js'
import { defineError } from '../../lib/index.js'
import { Signals } from '../../platform/db/index.js'
import { Log } from '../../platform/log/index.js'
import { Channels } from '../channels/channels.js'
import type { FollowsPrincipal } from '../receiver.js'
import { Subscriptions } from '../subscriptions/subscriptions.js'
import type { Connection } from './connection.js'
import { OpenConnections } from './open-connections.js'

const forbidden = defineError('forbidden')

/** How long it is believed who is behind a connection, while signals arrive and while they may not. */
const maxAgeMs = 60_000
const maxAgeWithoutSignalsMs = 1000
const sweepMs = 1000
/** Sessions one statement asks for. */
const batch = 1000

/**
 * Who is behind the connections that are open, as of now. A session that ended closes its connections, changed roles reach
 * them, and from the moment something may have changed until that is known, nothing is told.
 */
@Injectable()
export class ConnectionRights implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private readonly followers: readonly FollowsPrincipal[]
  private readonly checking = new Set<Connection>()
  private timer: NodeJS.Timeout | undefined

  constructor(
    private readonly connections: OpenConnections,
    private readonly identities: Identities,
    private readonly principals: Principals,
    private readonly signals: Signals,
    subscriptions: Subscriptions,
    channels: Channels,
    private readonly log: Log,
  ) {
    this.followers = [subscriptions, channels]
  }

  onModuleInit(): void {
    this.principals.onForget((id) => this.doubt(id))
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.sweep(), sweepMs)
  }

  onModuleDestroy(): void {
    clearInterval(this.timer)
  }

  /** Lets a new connection in; `version` is that of the principals from before they were asked who it is. */
  admit(connection: Connection, version: number): void {
    this.connections.add(connection)
    if (version !== this.principals.version && isOfUser(connection)) this.checkInDoubt([connection])
  }

  get version(): number {
    return this.principals.version
  }

  /** Somebody on an open connection says who they are, for the first time or again. @throws unauthenticated, token_expired, forbidden */
  async authenticate(connection: Connection, token: string, visit: Visit): Promise<void> {
    const { version } = this.principals
    const { principal, expiresAtMs } = await this.identities.identify(token, visit)
    const was = connection.principal
    if (was.kind !== 'public' && !isSameHolder(was, principal))
      throw forbidden('This connection belongs to another user', { hint: 'Open a new one for this user' })
    connection.expiresAtMs = expiresAtMs
    connection.checks += 1
    connection.hold()
    await this.settle(connection, principal, connection.checks)
    if (version !== this.principals.version && isOfUser(connection)) this.checkInDoubt([connection])
  }

  // ── steps ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Something about the user or key, or about any, has changed. */
  private doubt(id?: string): void {
    this.checkInDoubt(this.select(({ principal }) => id === undefined || isAbout(principal, id)))
  }

  private checkInDoubt(connections: readonly UserConnection[]): void {
    for (const connection of connections) connection.hold()
    this.check(connections)
  }

  /** What nobody told, and what could not be found out before. */
  private sweep(): void {
    const oldestMs = Date.now() - (this.signals.healthy ? maxAgeMs : maxAgeWithoutSignalsMs)
    this.check(
      this.select((connection) => {
        if (this.checking.has(connection)) return false
        return connection.isHeld || connection.checkedAtMs < oldestMs
      }),
    )
  }

  private select(wanted: (connection: UserConnection) => boolean): UserConnection[] {
    const found: UserConnection[] = []
    for (const connection of this.connections.list())
      if (isOfUser(connection) && wanted(connection)) found.push(connection)
    return found
  }

  private check(connections: readonly UserConnection[]): void {
    for (let at = 0; at < connections.length; at += batch) void this.checkBatch(connections.slice(at, at + batch))
  }

  private async checkBatch(connections: readonly UserConnection[]): Promise<void> {
    const checks = connections.map((connection) => this.begin(connection))
    const startedAtMs = Date.now()
    try {
      const found = await this.identities.findAllCurrent(connections.map(({ principal }) => principal))
      for (const [at, connection] of connections.entries()) {
        connection.checkedAtMs = startedAtMs
        void this.settle(connection, found.get(credentialOf(connection.principal)), checks[at]!)
      }
    } catch (error) {
      this.log.warn({ err: error }, 'who is behind the open connections could not be found out; trying again')
    } finally {
      for (const connection of connections) this.checking.delete(connection)
    }
  }

  /** Gives the number of this time it is asked who is behind the connection. */
  private begin(connection: Connection): number {
    this.checking.add(connection)
    connection.checks += 1
    return connection.checks
  }

  /** Only the answer to the latest check counts. */
  private async settle(connection: Connection, principal: Holder | undefined, check: number): Promise<void> {
    if (connection.closed || check !== connection.checks) return
    if (principal === undefined) {
      connection.end('unauthenticated')
      return
    }
    connection.settledChecks = check
    if (!isSame(connection, principal)) await this.replace(connection, principal)
    if (connection.changing === 0 && connection.settledChecks === connection.checks) connection.release()
  }

  /** Makes the connection somebody else's, or the same user's with other rights. */
  private async replace(connection: Connection, principal: Holder): Promise<void> {
    connection.principal = principal
    connection.hold()
    connection.changing += 1
    try {
      await Promise.all(this.followers.map((follower) => follower.principalChanged(connection)))
    } catch (error) {
      // Nobody knows what it would be told: its client comes back and goes on where it was.
      this.log.error({ err: error }, 'a connection could not be judged by new rights, and was closed')
      connection.end('restart')
    }
    connection.changing -= 1
  }
}

type UserConnection = Connection & { readonly principal: Holder }

const isOfUser = (connection: Connection): connection is UserConnection => connection.principal.kind !== 'public'

const isSameHolder = (one: Holder, other: Holder): boolean =>
  one.kind === 'user' && other.kind === 'user' ? one.userId === other.userId : holderOf(one) === holderOf(other)

const isSame = ({ principal: one }: Connection, other: Holder): boolean =>
  one.kind !== 'public' &&
  isSameHolder(one, other) &&
  credentialOf(one) === credentialOf(other) &&
  rightsKeyOf(one) === rightsKeyOf(other) &&
  one.roles.join() === other.roles.join() &&
  isInSameTeams(one, other)

const isInSameTeams = (one: Holder, other: Holder): boolean =>
  one.kind !== 'user' || other.kind !== 'user' || (one.team === other.team && one.memberships === other.memberships)
