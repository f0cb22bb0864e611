import type { PassThrough } from 'node:stream'
import type { ImportLine } from '@holdfast/contract'
import type { AppError } from '../../lib/index.js'
import { Outlet } from '../outlet.js'

/** The answer of an import: a line for each of its own, and one at the end. Waits for a client that reads slowly. */
export class Report {
  private readonly outlet = new Outlet()
  private created = 0
  private updated = 0
  private failed = 0
  private lastLine = 0
  private text = ''

  /** `brief`: only what failed is told. */
  constructor(private readonly brief: boolean) {}

  get stream(): PassThrough {
    return this.outlet.stream
  }

  succeeded(line: number, id: string | null, created: boolean): void {
    this.lastLine = line
    if (created) this.created += 1
    else this.updated += 1
    if (!this.brief) this.add({ line, status: created ? 'created' : 'updated', id })
  }

  refused(line: number, { code, detail, options }: AppError): void {
    this.failed += 1
    this.lastLine = line
    const errors = options.errors && { errors: options.errors }
    this.add({ line, status: 'failed', code, message: detail, ...errors })
  }

  /** Everything was undone. */
  undo(): void {
    this.created = 0
    this.updated = 0
  }

  /** Hands over what was told so far. @throws ClientGone */
  async flush(): Promise<void> {
    const { text } = this
    this.text = ''
    await this.outlet.write(text)
  }

  async done(): Promise<void> {
    const { created, updated, failed } = this
    this.add({ done: true, created, updated, failed })
    await this.flush()
  }

  /** The import cannot go on. Without a last line, the client knows that lines are missing. */
  async giveUp({ code, detail }: AppError): Promise<void> {
    this.add({ line: this.lastLine + 1, status: 'failed', code, message: detail })
    await this.flush()
  }

  private add(line: ImportLine): void {
    this.text += `${JSON.stringify(line)}\n`
  }
}
