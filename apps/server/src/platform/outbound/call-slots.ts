import { OutboundError } from './outbound-request.js'

interface Waiter {
  readonly host: string
  readonly enter: () => void
}

/** How many calls may be under way, in all and to one host: a receiver that is slow cannot take every socket there is. */
export class CallSlots {
  private readonly perHost = new Map<string, number>()
  private readonly waiting = new Set<Waiter>()
  private taken = 0

  constructor(private readonly limits: { readonly total: number; readonly perHost: number }) {}

  /** Resolves to the function that gives the slot back. @throws OutboundError `busy` when none is free in time */
  async take(host: string, patience: AbortSignal): Promise<() => void> {
    if (!this.hasRoom(host)) await this.waitForRoom(host, patience)
    else this.enter(host)
    return () => this.leave(host)
  }

  private waitForRoom(host: string, patience: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        this.waiting.delete(waiter)
        reject(new OutboundError('busy'))
      }
      const enter = () => {
        patience.removeEventListener('abort', giveUp)
        resolve()
      }
      const waiter: Waiter = { host, enter }
      if (patience.aborted) return giveUp()
      this.waiting.add(waiter)
      patience.addEventListener('abort', giveUp, { once: true })
    })
  }

  private hasRoom(host: string): boolean {
    return this.taken < this.limits.total && (this.perHost.get(host) ?? 0) < this.limits.perHost
  }

  private enter(host: string): void {
    this.taken++
    this.perHost.set(host, (this.perHost.get(host) ?? 0) + 1)
  }

  private leave(host: string): void {
    this.taken--
    const left = this.perHost.get(host)! - 1
    if (left === 0) this.perHost.delete(host)
    else this.perHost.set(host, left)
    this.admitNext()
  }

  /** First come, first served among those whose host has room. */
  private admitNext(): void {
    for (const waiter of this.waiting) {
      if (!this.hasRoom(waiter.host)) continue
      this.waiting.delete(waiter)
      this.enter(waiter.host)
      waiter.enter()
      return
    }
  }
}
