import type { DemoClient } from '../personas.js'

/** Somebody who listens to messages, and counts what comes. */
export class Listener {
  readonly ready: Promise<void>
  private readonly numbers: number[] = []
  private breaks = 0
  private resets = 0
  private readonly stop: () => void

  constructor(
    readonly name: string,
    private readonly client: DemoClient,
    private readonly filter: { readonly room?: string },
  ) {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.ready = promise
    client.realtime.onStatus((status) => {
      if (status === 'waiting') this.breaks += 1
    })
    this.stop = client.collection('messages').subscribe({ filter }, (event) => {
      if (event.type === 'ready') resolve()
      if (event.type === 'reset') this.resets += 1
      if (event.type === 'create') this.numbers.push(event.record['n'] as number)
    })
  }

  /** Has everything come that was written? */
  complete(written: number): boolean {
    return new Set(this.numbers).size >= this.expected(written)
  }

  /** Everything, once, in order. */
  isExact(written: number): boolean {
    return (
      this.numbers.length === this.expected(written) &&
      this.numbers.every((n, at) => at === 0 || n > this.numbers[at - 1]!)
    )
  }

  report(written: number) {
    const distinct = new Set(this.numbers).size
    return {
      client: this.name,
      'listens to': this.filter.room ?? 'everything',
      received: this.numbers.length,
      missed: this.expected(written) - distinct,
      twice: this.numbers.length - distinct,
      'in order': this.isExact(written) ? 'yes' : 'no',
      'breaks survived': this.breaks,
      resets: this.resets,
    }
  }

  close(): void {
    this.stop()
    this.client.realtime.close()
  }

  private expected(written: number): number {
    return this.filter.room === undefined ? written : Math.floor(written / 2)
  }
}
