import type { ChannelMember } from '@holdfast/contract'
import type { Receiver } from '../receiver.js'
import { Allowance } from './allowance.js'
import { noRights, type Rights } from './channel-rights.js'

/** How long somebody whose rights may have changed keeps those known, until PostgreSQL has answered. */
const graceMs = 1000

/** One open connection, as far as channels know it. */
export class Connection {
  readonly members = new Map<string, Member>()
  /** Each join may ask PostgreSQL, each message goes to many. */
  readonly joins = new Allowance(100, 20)
  readonly messages = new Allowance(100, 50)

  constructor(readonly receiver: Receiver) {}

  get userId(): string | null {
    const { principal } = this.receiver
    return principal.kind === 'user' ? principal.userId : null
  }
}

/** A connection in a channel. */
export class Member {
  /** Resolves when it was let in; rejects when it was not. */
  admitted: Promise<void> = Promise.resolve()
  isIn = false
  isGone = false
  rights: Rights = noRights
  /** Grows whenever the rights have to be asked again: an answer to an older question does not count. */
  question = 0
  private doubtedMs: number | undefined
  private readonly waiting: (() => void)[] = []
  /** What the others see of it; undefined while it is not shown. */
  shown: ChannelMember | undefined

  constructor(
    readonly connection: Connection,
    readonly channel: string,
  ) {}

  doubt(): void {
    this.question += 1
    this.doubtedMs ??= Date.now()
  }

  settle(rights: Rights): void {
    this.doubtedMs = undefined
    this.rights = rights
    for (const resolve of this.waiting.splice(0)) resolve()
  }

  /** Resolves when its rights are those of today, or it is gone. */
  async settled(): Promise<void> {
    if (this.doubtedMs === undefined || this.isGone) return
    await new Promise<void>((resolve) => this.waiting.push(resolve))
  }

  /** It has left, was put out, or was never let in. */
  end(): void {
    this.isGone = true
    this.isIn = false
    for (const resolve of this.waiting.splice(0)) resolve()
  }

  /** Whether its rights are known well enough to act on. */
  get isCurrent(): boolean {
    return this.isIn && (this.doubtedMs === undefined || Date.now() - this.doubtedMs < graceMs)
  }

  get seesOthers(): boolean {
    return this.rights.presence && this.isCurrent
  }
}
