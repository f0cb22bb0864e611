import { StartError } from './platform/config/index.js'
import type { Log } from './platform/log/index.js'

/** Ends the process: in order when it is asked to, at once when its state can no longer be trusted. */
export class Shutdown {
  private readonly steps: (() => Promise<unknown>)[] = []
  private flush: () => void = () => {}
  private ending = false

  /** The step runs when the process ends; the last one added runs first. */
  add(step: () => Promise<unknown>): void {
    this.steps.push(step)
  }

  /** Ctrl-C, SIGTERM and a closed terminal end the process in order; an error that nobody caught ends it at once. */
  watch(log: Log, flush: () => void): void {
    this.flush = flush
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => this.end(0))
    for (const event of ['uncaughtException', 'unhandledRejection'])
      process.on(event, (error: unknown) => {
        log.fatal({ err: error }, `${event}: stopping`)
        this.exit(1)
      })
  }

  /** Tells why, in one line where the reason is known, and ends with 1. */
  async fail(error: unknown): Promise<void> {
    if (error instanceof StartError) for (const line of error.message.split('\n')) console.error(`holdfast: ${line}`)
    else console.error(error)
    await this.end(1)
  }

  private async end(code: number): Promise<void> {
    // A terminal may deliver Ctrl-C twice: to the process group, and again through the package manager.
    if (this.ending) return
    this.ending = true
    for (const step of this.steps.reverse()) await step().catch((error: unknown) => console.error(error))
    this.exit(code)
  }

  private exit(code: number): void {
    this.flush()
    process.exit(code)
  }
}
