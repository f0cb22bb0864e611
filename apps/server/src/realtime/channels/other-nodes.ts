import type { ChannelMember } from '@holdfast/contract'
import type { NodeNote, Shown } from './node-note.js'

/** A node that was not heard of for so long is gone. */
export const silenceMs = 9000
/** A node is asked again after so long. */
const askAgainMs = 1000

interface OtherNode {
  /** How much of what it told is known: nothing at first. */
  seq: number
  heardMs: number
  askedMs: number
  /** By channel and id. */
  shown: Map<string, Shown>
  /** Parts of all it shows, until the last is there. */
  parts: Shown[]
  nextPart: number
}

type ChangeNote = Extract<NodeNote, { kind: 'joined' | 'changed' | 'left' }>
type PresenceNote = Exclude<NodeNote, { kind: 'message' | 'ask' }>

/** What became known of a member on another node. */
export type PresenceHandler = (kind: 'joined' | 'changed' | 'left', channel: string, member: ChannelMember) => void

/**
 * Who is shown in channels by other nodes, as far as they told. Notes may be lost, doubled or late: a gap in the numbers of a
 * node makes it be asked for all it shows, and what it answers replaces what was known of it.
 */
export class OtherNodes {
  private readonly nodes = new Map<string, OtherNode>()
  private readonly byChannel = new Map<string, Map<string, ChannelMember>>()

  constructor(
    private readonly onPresence: PresenceHandler,
    private readonly ask: (node: string) => void,
  ) {}

  membersOf(channel: string): ChannelMember[] {
    return [...(this.byChannel.get(channel)?.values() ?? [])]
  }

  find(channel: string, id: string): ChannelMember | undefined {
    return this.byChannel.get(channel)?.get(id)
  }

  countOf(channel: string): number {
    return this.byChannel.get(channel)?.size ?? 0
  }

  receive(note: PresenceNote, id: string, nowMs = Date.now()): void {
    if (note.kind === 'bye') this.drop(id)
    else {
      const node = this.nodes.get(id) ?? this.meet(id, nowMs)
      node.heardMs = nowMs
      if (note.kind === 'all') this.takePart(note, node)
      else if (node.seq !== (note.kind === 'beat' ? note.seq : note.seq - 1)) this.catchUp(id, node, nowMs)
      else if (note.kind !== 'beat') this.takeChange(note, node)
    }
  }

  /** Nodes that are silent for too long are gone, with all they showed. */
  dropSilent(nowMs = Date.now()): void {
    for (const [id, { heardMs }] of this.nodes) if (nowMs - heardMs > silenceMs) this.drop(id)
  }

  /** This process stood still: it heard nobody, whoever was there. */
  excuseSilence(nowMs = Date.now()): void {
    for (const node of this.nodes.values()) node.heardMs = nowMs
  }

  // ── steps ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  private meet(id: string, nowMs: number): OtherNode {
    const node = { seq: 0, heardMs: nowMs, askedMs: 0, shown: new Map(), parts: [], nextPart: 0 }
    this.nodes.set(id, node)
    return node
  }

  private catchUp(id: string, node: OtherNode, nowMs: number): void {
    if (nowMs - node.askedMs < askAgainMs) return
    node.askedMs = nowMs
    this.ask(id)
  }

  private takeChange({ kind, seq, channel, member }: ChangeNote, node: OtherNode): void {
    node.seq = seq
    this.forgetParts(node)
    if (kind === 'left') this.hide(node, [channel, member])
    else this.show(node, [channel, member])
  }

  private takePart({ seq, part, parts, members }: Extract<NodeNote, { kind: 'all' }>, node: OtherNode): void {
    if (part === 0) this.forgetParts(node)
    if (part !== node.nextPart) {
      this.forgetParts(node)
      return
    }
    node.parts.push(...members)
    node.nextPart += 1
    if (node.nextPart < parts) return
    const wanted = new Map(node.parts.map((shown) => [keyOf(shown), shown]))
    this.forgetParts(node)
    node.seq = seq
    for (const [key, shown] of node.shown) if (!wanted.has(key)) this.hide(node, shown)
    for (const shown of wanted.values()) this.show(node, shown)
  }

  private forgetParts(node: OtherNode): void {
    node.parts = []
    node.nextPart = 0
  }

  private drop(id: string): void {
    const node = this.nodes.get(id)
    this.nodes.delete(id)
    for (const shown of node?.shown.values() ?? []) this.hide(node!, shown)
  }

  private show(node: OtherNode, shown: Shown): void {
    const [channel, member] = shown
    const known = node.shown.get(keyOf(shown))
    node.shown.set(keyOf(shown), shown)
    const members = this.byChannel.get(channel) ?? new Map<string, ChannelMember>()
    this.byChannel.set(channel, members.set(member.id, member))
    if (!known) this.onPresence('joined', channel, member)
    else if (JSON.stringify(known) !== JSON.stringify(shown)) this.onPresence('changed', channel, member)
  }

  private hide(node: OtherNode, [channel, { id }]: Shown): void {
    const key = keyOf([channel, { id }])
    const known = node.shown.get(key)
    if (!known) return
    node.shown.delete(key)
    const members = this.byChannel.get(channel)
    members?.delete(id)
    if (members?.size === 0) this.byChannel.delete(channel)
    this.onPresence('left', channel, known[1])
  }
}

const keyOf = ([channel, { id }]: readonly [string, Pick<ChannelMember, 'id'>]): string => `${channel} ${id}`
