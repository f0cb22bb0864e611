import type { CollectionDefinition } from '@holdfast/contract'
import type { ConsoleClient } from '../../../client/client'
import { readFile } from '../file/read-file'
import type { ReadOptions, Row } from '../file/rows'
import { Lookups } from './lookups'
import type { ImportSettings } from './mapping'
import { type Drafted, drafter, type RowProblem } from './to-record'

/** Rows of one request: few enough that one sees them go on, and can stop them. */
const partSize = 1000
/** So many refused rows are kept to be downloaded. */
const maxRefused = 50_000

export interface RefusedRow {
  readonly row: Row
  readonly problems: readonly RowProblem[]
}

/** How far an import is. */
export interface ImportProgress {
  readonly state: 'running' | 'paused' | 'done' | 'cancelled' | 'failed'
  readonly created: number
  readonly updated: number
  readonly failed: number
  /** The first 50,000. */
  readonly refused: readonly RefusedRow[]
  readonly columns: readonly string[]
  readonly bytes: number
  readonly totalBytes: number
  /** While it ran. */
  readonly elapsedMs: number
  /** Why it failed. */
  readonly error?: unknown
}

export interface ImportOrder {
  readonly client: Pick<ConsoleClient, 'collection'>
  readonly collection: CollectionDefinition
  readonly file: File
  readonly options: ReadOptions
  readonly settings: ImportSettings
}

/** Reads a file, makes records of its rows and sends them, part by part; tells whoever listens how far it is. */
export class ImportRun {
  private progress: ImportProgress
  private readonly listeners = new Set<() => void>()
  private readonly abort = new AbortController()
  private resume: (() => void) | undefined
  private paused: Promise<void> | undefined

  constructor(private readonly order: ImportOrder) {
    const none = { created: 0, updated: 0, failed: 0, refused: [], bytes: 0, elapsedMs: 0 }
    this.progress = { state: 'running', ...none, columns: order.options.columns ?? [], totalBytes: order.file.size }
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  readonly snapshot = (): ImportProgress => this.progress

  async start(): Promise<void> {
    try {
      await this.run()
      this.tell({ state: 'done' })
    } catch (error) {
      this.tell(this.abort.signal.aborted ? { state: 'cancelled' } : { state: 'failed', error })
    }
  }

  pause(): void {
    if (this.progress.state !== 'running') return
    this.paused = new Promise((resolve) => {
      this.resume = resolve
    })
    this.tell({ state: 'paused' })
  }

  goOn(): void {
    if (this.progress.state !== 'paused') return
    this.tell({ state: 'running' })
    this.paused = undefined
    this.resume?.()
  }

  cancel(): void {
    this.abort.abort(new Error('Cancelled'))
    this.paused = undefined
    this.resume?.()
  }

  // ── steps ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  private async run(): Promise<void> {
    const { client, collection, file, options, settings } = this.order
    const draft = drafter(collection, settings)
    const lookups = new Lookups(client, collection, settings)
    for await (const { rows, columns, bytes } of readFile(file, options)) {
      for (let at = 0; at < rows.length; at += partSize) {
        const startedMs = performance.now()
        const part = await lookups.resolve(rows.slice(at, at + partSize).map(draft))
        await this.send(part)
        const passed = this.progress.elapsedMs + performance.now() - startedMs
        const share = Math.min(1, (at + partSize) / rows.length)
        this.tell({ columns, bytes: this.progress.bytes + (bytes - this.progress.bytes) * share, elapsedMs: passed })
        await this.paused
        this.abort.signal.throwIfAborted()
      }
    }
    this.tell({ bytes: file.size })
  }

  private async send(part: readonly Drafted[]): Promise<void> {
    const { client, collection, settings } = this.order
    const good = part.filter((draft) => 'record' in draft)
    const refused: RefusedRow[] = part.flatMap((draft) => ('problems' in draft ? [draft] : []))
    const { signal } = this.abort
    const options = settings.key === undefined ? { signal } : { signal, by: settings.key }
    const records = good.map(({ record }) => record)
    const report =
      records.length === 0
        ? { created: 0, updated: 0, failures: [] }
        : await client.collection(collection.name).import(records as never[], options as never)
    for (const { line, message, errors } of report.failures) {
      const draft = good[line - 1]
      if (!draft) throw new Error(message)
      const problems = errors?.length
        ? errors.map(({ path, message: text }) => ({ field: path, message: text }))
        : [{ message }]
      refused.push({ row: draft.row, problems })
    }
    const told = report.created + report.updated + report.failures.length
    if (told < records.length)
      throw new Error('The server ended the import before its end. Try again with what is left.')
    refused.sort((a, b) => a.row.line - b.row.line)
    const { progress } = this
    this.tell({
      created: progress.created + report.created,
      updated: progress.updated + report.updated,
      failed: progress.failed + refused.length,
      refused: [...progress.refused, ...refused].slice(0, maxRefused),
    })
  }

  private tell(change: Partial<ImportProgress>): void {
    this.progress = { ...this.progress, ...change }
    for (const listener of this.listeners) listener()
  }
}
