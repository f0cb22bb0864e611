import type { ChannelMember, ChannelMessage, Json } from '@holdfast/contract'
import { limits } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import { type AppError, defineError } from '../../lib/index.js'
import type { FollowsPrincipal, Receiver } from '../receiver.js'
import type { Allowance } from './allowance.js'
import { ChannelKinds } from './channel-kinds.js'
import type { Rights } from './channel-rights.js'
import { type Connection, Member } from './member.js'
import { Membership } from './membership.js'
import type { Shown } from './node-note.js'
import { NodeNotes } from './node-notes.js'
import { parseEvent, parsePayload, parseState } from './parse-message.js'
import { RightsWatch } from './rights-watch.js'

const forbidden = defineError('forbidden')
const tooMany = defineError('query_too_complex')
const tooFast = defineError('rate_limited')
const full = defineError('conflict')

/** The same for a channel that does not exist, one of a record that does not, and one that no rule opens. */
const closedText = 'There is no such channel, or it is not open to you'
const closed = (): AppError => forbidden(closedText)

/** Members one channel shows: each of them is told of each. */
const maxShown = 500

/** Channels: members send each other messages and see who is there. Nothing is kept; what is lost is lost. */
@Injectable()
export class Channels implements FollowsPrincipal {
  private readonly membership = new Membership()

  constructor(
    private readonly kinds: ChannelKinds,
    private readonly watch: RightsWatch,
    private readonly nodes: NodeNotes,
  ) {
    watch.start(this.membership, (member, rights) => this.applyRights(member, rights))
    nodes.start({
      onMessage: ({ channel, event, payload, from, at }) => {
        const state = nodes.find(channel, from.id)?.state
        this.deliver({ type: 'message', channel, event, payload, from: { ...from, state: {} }, at }, state)
      },
      onPresence: (type, channel, member) => this.tellPresence({ type, channel, member }),
      listShown: () => this.listShown(),
    })
  }

  /**
   * Lets a connection into a channel; with `presence` it is shown to the others. Who is in already may join again: it is
   * told who is there. Before this resolves the connection gets `presences`, where rules let it see others.
   * @throws forbidden, invalid_value, body_too_large, query_too_complex, rate_limited, conflict
   */
  async join(receiver: Receiver, channel: string, presence?: { [key: string]: Json }): Promise<void> {
    const connection = this.connectionOf(receiver)
    spend(connection.joins)
    const state = presence === undefined ? undefined : parseState(presence, 'presence')
    const known = connection.members.get(channel)
    const member = known ?? this.add(connection, channel)
    await member.admitted
    if (member.isGone) return
    try {
      // It is told of itself with the others.
      if (state) this.show(member, state, receiver)
    } catch (error) {
      if (!known) this.remove(member)
      throw error
    }
    if (member.seesOthers) this.tellPresences(member)
  }

  /** Nothing happens to who is not in the channel. */
  leave(receiver: Receiver, channel: string): void {
    const member = this.membership.find(receiver)?.members.get(channel)
    if (member) this.remove(member)
  }

  /**
   * Sends to all others in the channel, on every node, at most once. Who may send need not be in the channel.
   * @throws forbidden, invalid_value, body_too_large, rate_limited
   */
  async send(receiver: Receiver, channel: string, event: string, payload: Json): Promise<void> {
    const connection = this.connectionOf(receiver)
    spend(connection.messages)
    const message = { channel, event: parseEvent(event), payload: parsePayload(payload), at: new Date().toISOString() }
    const member = connection.members.get(channel)
    if (member?.isCurrent ? !member.rights.send : !(await this.maySend(receiver, channel))) {
      throw member?.isIn ? forbidden('You may not send to this channel') : closed()
    }
    const from = { id: receiver.id, user: connection.userId }
    this.deliver({ type: 'message', ...message, from: { ...from, state: {} } }, member?.shown?.state, receiver)
    this.nodes.tellMessage({ ...message, from })
  }

  /**
   * Shows the connection to the others in a channel it has joined, or changes what it shows.
   * @throws forbidden, invalid_value, body_too_large, rate_limited, conflict
   */
  setPresence(receiver: Receiver, channel: string, state: { [key: string]: Json }): void {
    const connection = this.connectionOf(receiver)
    spend(connection.messages)
    const parsed = parseState(state, 'state')
    const member = connection.members.get(channel)
    if (!member?.isIn) throw forbidden('Join the channel first')
    this.show(member, parsed)
  }

  async principalChanged(receiver: Receiver): Promise<void> {
    const connection = this.membership.find(receiver)
    if (!connection) return
    const members = [...connection.members.values()]
    this.watch.doubt(members)
    for (const member of members)
      if (member.shown && member.shown.user !== connection.userId) this.show(member, member.shown.state)
    await Promise.all(members.map((member) => member.settled()))
  }

  // ── who is in ──────────────────────────────────────────────────────────────────────────────────────────────────────

  private connectionOf(receiver: Receiver): Connection {
    return this.membership.get(receiver, (connection) => {
      for (const member of [...connection.members.values()]) this.remove(member)
    })
  }

  private add(connection: Connection, channel: string): Member {
    if (typeof channel !== 'string') throw closed()
    if (connection.members.size >= limits.channelsPerSocket)
      throw tooMany(`A connection may be in ${limits.channelsPerSocket} channels`)
    const member = new Member(connection, channel)
    this.membership.add(member)
    member.admitted = this.admit(member)
    return member
  }

  private async admit(member: Member): Promise<void> {
    try {
      if (member.channel.includes('/')) this.watch.follow()
      await this.watch.admit(member)
      if (!member.rights.join) throw closed()
      member.isIn = !member.isGone
    } catch (error) {
      this.membership.remove(member)
      throw error
    }
  }

  private async maySend(receiver: Receiver, name: string): Promise<boolean> {
    const [rights] = await this.kinds.ask([{ principal: receiver.principal, name }])
    return rights!.send
  }

  private applyRights(member: Member, rights: Rights): void {
    const sawOthers = member.rights.presence
    member.settle(rights)
    if (!rights.join) this.putOut(member)
    else if (rights.presence !== sawOthers) {
      if (!rights.presence) this.hide(member)
      this.tellPresences(member)
    }
  }

  private putOut(member: Member): void {
    const { channel, connection } = member
    this.remove(member)
    connection.receiver.sendReply({ type: 'error', channel, code: 'forbidden', detail: closedText })
  }

  private remove(member: Member): void {
    if (this.membership.remove(member)) this.hide(member)
  }

  // ── who is shown ───────────────────────────────────────────────────────────────────────────────────────────────────

  private show(member: Member, state: ChannelMember['state'], except?: Receiver): void {
    const { channel, connection } = member
    if (!member.rights.presence) throw forbidden('You may not show yourself in this channel')
    const type = member.shown ? 'changed' : 'joined'
    if (type === 'joined' && this.countShown(channel) >= maxShown)
      throw full(`This channel shows ${maxShown} members already`, { hint: 'Join it without presence.' })
    member.shown = { id: connection.receiver.id, user: connection.userId, state }
    this.tellPresence({ type, channel, member: member.shown }, except)
    this.nodes.tellPresence(type, channel, member.shown)
  }

  private hide(member: Member): void {
    const { shown, channel, connection } = member
    if (!shown) return
    member.shown = undefined
    this.tellPresence({ type: 'left', channel, member: shown }, connection.receiver)
    this.nodes.tellPresence('left', channel, shown)
  }

  private countShown(channel: string): number {
    const here = [...this.membership.membersOf(channel)].filter(({ shown }) => shown).length
    return here + this.nodes.countOf(channel)
  }

  private *listShown(): Iterable<Shown> {
    for (const { channel, shown } of this.membership.all()) if (shown) yield [channel, shown]
  }

  // ── telling ────────────────────────────────────────────────────────────────────────────────────────────────────────

  private tellPresences({ channel, connection, seesOthers }: Member): void {
    const members = seesOthers ? this.listPresences(channel) : []
    connection.receiver.sendReply({ type: 'presences', channel, members })
  }

  private listPresences(channel: string): ChannelMember[] {
    const here = [...this.membership.membersOf(channel)].flatMap(({ shown }) => shown ?? [])
    return [...here, ...this.nodes.membersOf(channel)]
  }

  private tellPresence(message: Extract<ChannelMessage, { member: ChannelMember }>, except?: Receiver): void {
    for (const { connection, seesOthers } of this.membership.membersOf(message.channel))
      if (seesOthers && connection.receiver !== except) connection.receiver.sendReply(message)
  }

  /** `state`: what the sender shows of itself, for those who may see it. All others get one and the same message. */
  private deliver(
    message: Extract<ChannelMessage, { type: 'message' }>,
    state: ChannelMember['state'] | undefined,
    except?: Receiver,
  ): void {
    const withState = state && { ...message, from: { ...message.from, state } }
    for (const { connection, isCurrent, seesOthers } of this.membership.membersOf(message.channel))
      if (isCurrent && connection.receiver !== except)
        connection.receiver.sendReply((seesOthers && withState) || message)
  }
}

function spend(allowance: Allowance): void {
  if (!allowance.spend())
    throw tooFast('Too much at once for one connection', { hint: 'Send less often, and try again in a moment.' })
}
