import type { ChannelMember } from '@holdfast/contract'
import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common'
import { Bus } from '../../platform/bus/index.js'
import { type NodeNote, type Shown, splitAll } from './node-note.js'
import { OtherNodes, type PresenceHandler } from './other-nodes.js'

const topic = 'channels'
const beatMs = 2500
/** Nodes that ask at about the same time get one answer together. */
const answerMs = 100

type MessageNote = Extract<NodeNote, { kind: 'message' }>

interface Handlers {
  readonly onMessage: (note: MessageNote) => void
  readonly onPresence: PresenceHandler
  /** All that this node shows. */
  readonly listShown: () => Iterable<Shown>
}

/** Tells other nodes what happens in channels here, and hears what happens there. What is lost is noticed and asked for. */
@Injectable()
export class NodeNotes implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  private seq = 0
  private handlers: Handlers | undefined
  private readonly others: OtherNodes
  private timer: NodeJS.Timeout | undefined
  private answer: NodeJS.Timeout | undefined
  private beatenMs = Date.now()
  private beatenSeq = 0
  private stopped = false

  constructor(private readonly bus: Bus) {
    this.others = new OtherNodes(
      (...presence) => this.handlers?.onPresence(...presence),
      (node) => this.publish({ kind: 'ask', of: node }),
    )
    bus.on(topic, (text, node) => this.receive(JSON.parse(text) as NodeNote, node))
    bus.onReset(() => this.publish({ kind: 'ask' }))
  }

  start(handlers: Handlers): void {
    this.handlers = handlers
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.beat(), beatMs)
  }

  beforeApplicationShutdown(): void {
    this.publish({ kind: 'bye' })
    this.stopped = true
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer)
    clearTimeout(this.answer)
  }

  /** Members of a channel that other nodes show. */
  membersOf(channel: string): ChannelMember[] {
    return this.others.membersOf(channel)
  }

  countOf(channel: string): number {
    return this.others.countOf(channel)
  }

  find(channel: string, id: string): ChannelMember | undefined {
    return this.others.find(channel, id)
  }

  tellMessage(message: Omit<MessageNote, 'kind'>): void {
    this.publish({ kind: 'message', ...message })
  }

  tellPresence(kind: 'joined' | 'changed' | 'left', channel: string, member: ChannelMember): void {
    this.seq += 1
    this.publish({ kind, seq: this.seq, channel, member })
  }

  // ── steps ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  private receive(note: NodeNote, node: string): void {
    if (this.stopped) return
    if (note.kind === 'message') this.handlers?.onMessage(note)
    else if (note.kind !== 'ask') this.others.receive(note, node)
    else if (note.of === undefined || note.of === this.bus.node)
      this.answer ??= setTimeout(() => {
        this.answer = undefined
        this.tellAll()
      }, answerMs)
  }

  /** At once, so that nothing this node tells comes between the parts. */
  private tellAll(): void {
    for (const note of splitAll(this.seq, this.handlers?.listShown() ?? [])) this.publish(note)
  }

  private beat(): void {
    const nowMs = Date.now()
    if (nowMs - this.beatenMs > 2 * beatMs) this.others.excuseSilence(nowMs)
    this.beatenMs = nowMs
    this.others.dropSilent(nowMs)
    // A node that shows nobody need not be known, once the others know that.
    if (this.beatenSeq === this.seq && isEmpty(this.handlers?.listShown() ?? [])) return
    this.beatenSeq = this.seq
    this.publish({ kind: 'beat', seq: this.seq })
  }

  private publish(note: NodeNote): void {
    if (!this.stopped) this.bus.publish(topic, JSON.stringify(note))
  }
}

const isEmpty = (items: Iterable<unknown>): boolean => items[Symbol.iterator]().next().done === true
