import type { Principal } from '../../auth/index.js'
import type { Change } from '../../changes/index.js'
import type { EventText, Receiver } from '../receiver.js'
import type { View } from '../view/view.js'
import type { RawSubscription } from './parse-subscribe.js'

/** Changes that wait until a subscription has begun. With more of them it reads the log instead. */
const maxHeld = 10_000
/** So much is told at once to one who is not live yet. */
const burstCharacters = 64 * 1024

/** Changes of one collection that came while a subscription was beginning. */
export class HeldChanges {
  overflown = false
  private pages: (readonly Change[])[] = []
  private count = 0

  constructor(private readonly collectionId: string) {}

  push(changes: readonly Change[]): void {
    const own = changes.filter(({ collectionId }) => collectionId === this.collectionId)
    if (this.overflown || own.length === 0) return
    this.count += own.length
    this.pages.push(own)
    if (this.count > maxHeld) this.overflow()
  }

  /** What it missed is read from the log, as far as that is there. */
  overflow(): void {
    this.overflown = true
    this.pages = []
  }

  shift(): readonly Change[] | undefined {
    const page = this.pages.shift()
    this.count -= page?.length ?? 0
    return page
  }
}

/** One thing a receiver is told of. */
export class Subscription {
  /** While it begins, changes wait here; once it is live there is nothing. */
  held: HeldChanges | undefined
  /** The page that it was told last, while live. */
  toldPage = 0
  /** What its caller's variables stand for may have changed. */
  outdated = false
  closed = false
  /** Its view is being made anew, while it is live. */
  settling: Promise<void> | undefined
  private toldAtMs = performance.now()
  private burst = 0

  constructor(
    readonly receiver: Receiver,
    readonly name: string,
    readonly raw: RawSubscription,
    public view: View,
    /** Whose view it is. */
    public principal: Principal,
  ) {}

  tell(event: EventText): void {
    this.toldAtMs = performance.now()
    this.receiver.sendEvent(this.name, event)
  }

  /** The same, waiting for slow readers. */
  async tellPatiently(event: EventText): Promise<void> {
    this.tell(event)
    this.burst += event.json.length
    if (this.burst < burstCharacters) return
    this.burst = 0
    await this.receiver.drained()
  }

  /** Where its receiver stands, when nothing was told for a while. */
  tellPosition(id: string): void {
    this.toldAtMs = performance.now()
    this.receiver.sendReply({ type: 'position', subscription: this.name, id })
  }

  silentMs(nowMs: number): number {
    return nowMs - this.toldAtMs
  }
}
