import { monitorEventLoopDelay } from 'node:perf_hooks'

/** How often the event loop is asked; what it measures has this much in it. */
const resolutionMs = 20

/** How the process itself does. */
export class ProcessGauges {
  private readonly delay = monitorEventLoopDelay({ resolution: resolutionMs })

  constructor() {
    this.delay.enable()
  }

  /** 99 of 100 times the loop was no later than this, since `begin` was last called. */
  get eventLoopDelayMs(): number {
    return this.delay.count === 0 ? 0 : Math.max(0, this.delay.percentile(99) / 1e6 - resolutionMs)
  }

  get memoryBytes(): number {
    return process.memoryUsage.rss()
  }

  begin(): void {
    this.delay.reset()
  }

  stop(): void {
    this.delay.disable()
  }
}
