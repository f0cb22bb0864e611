import type { Receiver } from '../receiver.js'
import { Connection, Member } from './member.js'

/** Who is in which channel on this node. */
export class Membership {
  private readonly connections = new Map<string, Connection>()
  private readonly byChannel = new Map<string, Set<Member>>()

  find({ id }: Receiver): Connection | undefined {
    return this.connections.get(id)
  }

  /** The connection of a receiver; with it goes everything it is in, which `onClose` is told. */
  get(receiver: Receiver, onClose: (connection: Connection) => void): Connection {
    const known = this.connections.get(receiver.id)
    if (known) return known
    const connection = new Connection(receiver)
    this.connections.set(receiver.id, connection)
    receiver.onClose(() => {
      this.connections.delete(receiver.id)
      onClose(connection)
    })
    return connection
  }

  add(member: Member): void {
    const { connection, channel } = member
    connection.members.set(channel, member)
    const members = this.byChannel.get(channel)
    if (members) members.add(member)
    else this.byChannel.set(channel, new Set([member]))
  }

  /** False when it was gone already. */
  remove(member: Member): boolean {
    if (member.isGone) return false
    member.end()
    member.connection.members.delete(member.channel)
    const members = this.byChannel.get(member.channel)!
    members.delete(member)
    if (members.size === 0) this.byChannel.delete(member.channel)
    return true
  }

  membersOf(channel: string): ReadonlySet<Member> {
    return this.byChannel.get(channel) ?? noMembers
  }

  *all(): Iterable<Member> {
    for (const members of this.byChannel.values()) yield* members
  }

  /** Those in channels of records of one kind. */
  *ofKind(kind: string): Iterable<Member> {
    for (const [channel, members] of this.byChannel) if (channel.startsWith(`${kind}/`)) yield* members
  }

  *ofUsers(userIds: ReadonlySet<string>): Iterable<Member> {
    for (const connection of this.connections.values())
      if (connection.userId !== null && userIds.has(connection.userId)) yield* connection.members.values()
  }
}

const noMembers: ReadonlySet<Member> = new Set()
