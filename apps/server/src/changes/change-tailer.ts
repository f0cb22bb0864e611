import { Injectable, type OnApplicationShutdown } from '@nestjs/common'
import { Log } from '../platform/log/index.js'
import type { ChangePage } from './change.js'
import type { ChangeCursor } from './change-cursor.js'
import { ChangeLog } from './change-log.js'
import { ChangeSignals } from './change-signals.js'

/** Gets every page in order; the next one is not read before it has returned. */
export type ChangeListener = (page: ChangePage) => Promise<void> | void

/** Nobody may have told of a change: psql does not. */
const pollMs = 500

/** Follows the end of the log for this node, as long as somebody listens. */
@Injectable()
export class ChangeTailer implements OnApplicationShutdown {
  private readonly listeners = new Set<ChangeListener>()
  private running: Promise<void> | undefined
  private wakeUp: (() => void) | undefined
  private woken = false
  private stopped = false

  constructor(
    private readonly changes: ChangeLog,
    private readonly log: Log,
    signals: ChangeSignals,
  ) {
    signals.onChange(() => this.wake())
  }

  /** Calls the listener with what is committed from now on. Gives what ends that. */
  follow(listener: ChangeListener): () => void {
    this.listeners.add(listener)
    this.start()
    return () => {
      this.listeners.delete(listener)
      this.wake()
    }
  }

  /** Looks at the log now. */
  look(): void {
    this.wake()
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true
    this.wake()
    await this.running
  }

  private start(): void {
    this.running ??= this.run().finally(() => {
      this.running = undefined
      // Somebody may have come while it was ending.
      if (this.needed) this.start()
    })
  }

  private wake(): void {
    this.woken = true
    this.wakeUp?.()
  }

  private get needed(): boolean {
    return this.listeners.size > 0 && !this.stopped
  }

  private async run(): Promise<void> {
    let cursor: ChangeCursor | undefined
    while (this.needed) {
      this.woken = false
      try {
        cursor ??= await this.changes.end()
        const page = await this.changes.read(cursor)
        await Promise.all([...this.listeners].map((listener) => listener(page)))
        cursor = page.next
        if (page.end) await this.pause(pollMs)
      } catch (error) {
        this.log.warn({ err: error }, 'the change log could not be read')
        await this.pause(pollMs)
      }
    }
  }

  /** Until somebody tells of a change, or the time is over. */
  private async pause(ms: number): Promise<void> {
    if (this.woken || !this.needed) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.wakeUp = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.wakeUp = undefined
  }
}
