import { Injectable, type OnApplicationShutdown } from '@nestjs/common'
import { Bus } from '../platform/bus/index.js'

const channel = 'changes'
/** Other nodes are told of the changes of so many milliseconds together. */
const gatherMs = 50

/** Tells that there are new changes: this node at once, the others soon, and never inside the transaction of a change. */
@Injectable()
export class ChangeSignals implements OnApplicationShutdown {
  private readonly handlers: (() => void)[] = []
  private timer: NodeJS.Timeout | undefined

  constructor(private readonly bus: Bus) {
    bus.on(channel, () => this.dispatch())
    bus.onReset(() => this.dispatch())
  }

  /** Calls `handler` whenever there may be new changes. */
  onChange(handler: () => void): void {
    this.handlers.push(handler)
  }

  /** Something was committed. Costs nearly nothing. */
  announce(): void {
    this.dispatch()
    this.timer ??= setTimeout(() => this.tellOthers(), gatherMs)
  }

  onApplicationShutdown(): void {
    clearTimeout(this.timer)
  }

  private dispatch(): void {
    for (const handler of this.handlers) handler()
  }

  /** A signal that is lost costs the others nothing but the time to their next look. */
  private tellOthers(): void {
    this.timer = undefined
    this.bus.publish(channel, '')
  }
}
