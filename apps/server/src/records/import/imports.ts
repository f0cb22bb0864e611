import { Injectable } from '@nestjs/common'
import { Identities, type Principal } from '../../auth/index.js'
import { ChangeSignals } from '../../changes/index.js'
import { SchemaCache } from '../../collections/index.js'
import { AppError, Turns } from '../../lib/index.js'
import { Database, type Executor, retryConflicts, toAppError } from '../../platform/db/index.js'
import { Upserts } from '../upsert/upserts.js'
import { halve } from '../write/halve.js'
import { RecordWrites } from '../write/record-writes.js'
import { attempt, causedBy, type Target, type Transactions } from '../write/target.js'
import type { WriteOptions } from '../write/write-steps.js'
import { type Batch, toBatches } from './batches.js'
import type { ImportItem } from './read-ndjson.js'
import type { Report } from './report.js'

/** What an import asks for. */
export interface ImportOrder {
  readonly principal: Principal
  readonly collection: string
  /** The unique key to update by; undefined: every line is a new record. */
  readonly by: string | undefined
  /** `Prefer: return=minimal`: ids are not told. */
  readonly minimal: boolean
  /** For the change log. */
  readonly requestId: string
}

/** What became of one line. */
interface Imported {
  readonly json: string | null
  readonly created: boolean
}

/** A line of an import that is all or nothing was refused, and told. */
class Aborted extends Error {}

/** Transactions that wait for clients to send: each holds a connection. */
const maxAtomicImports = 2

/** Writes records as they come: in batches, through the same rules as any other write. */
@Injectable()
export class Imports {
  private readonly turns = new Turns(maxAtomicImports)

  constructor(
    private readonly db: Database,
    private readonly schemas: SchemaCache,
    private readonly writes: RecordWrites,
    private readonly upserts: Upserts,
    private readonly identities: Identities,
    private readonly changes: ChangeSignals,
  ) {}

  /** Refuses what no line could change: a collection, a key or a right that is not there. */
  async check(order: ImportOrder): Promise<void> {
    await this.write(order, [], this.db)
  }

  /** Every line by itself: what is refused is told, the others stay. */
  async runEach(order: ImportOrder, pieces: AsyncIterable<Batch>, report: Report): Promise<void> {
    // One batch is written while the next one is read.
    let pending = Promise.resolve()
    try {
      for await (const batch of toBatches(pieces)) {
        await pending
        pending = this.importBatch(order, batch, report)
        pending.catch(() => {})
      }
    } finally {
      await pending
    }
    await report.done()
  }

  /** All lines in one transaction. The first that is refused undoes the others and ends the import. */
  async runAtomic(order: ImportOrder, pieces: AsyncIterable<Batch>, report: Report): Promise<void> {
    const batches = toBatches(pieces)
    // A transaction begins when there is something to write, not while the client is slow to begin.
    const first = await batches.next()
    try {
      if (!first.done) await this.turns.take(() => this.importAtOnce(order, first.value, batches, report))
    } catch (error) {
      if (!(error instanceof Aborted)) throw error
      report.undo()
    }
    this.changes.announce()
    await report.done()
  }

  // ── batches ────────────────────────────────────────────────────────────────────────────────────────────────────────

  private async importBatch(order: ImportOrder, batch: Batch, report: Report): Promise<void> {
    const current = { ...order, principal: await this.currentPrincipal(order.principal) }
    const outcomes = new Map<number, Imported | AppError>()
    await halve(
      batch.filter((item) => 'raw' in item),
      async (part) => {
        const imported = await retryConflicts(() =>
          this.schemas.consistently(() => this.write(current, part, this.databaseFor(order))),
        )
        for (const [index, { line }] of part.entries()) outcomes.set(line, imported[index]!)
      },
      (error, { line }) => outcomes.set(line, toRefusal(error)),
    )
    for (const item of batch) tell(report, item.line, 'error' in item ? item.error : outcomes.get(item.line)!)
    this.changes.announce()
    await report.flush()
  }

  private importAtOnce(order: ImportOrder, first: Batch, others: AsyncIterable<Batch>, report: Report): Promise<void> {
    const work = async (tx: Executor): Promise<void> => {
      await this.importAll(order, first, report, tx)
      for await (const batch of others) await this.importAll(order, batch, report, tx)
    }
    return this.databaseFor(order).transaction(work, { once: true })
  }

  private databaseFor({ principal, requestId }: ImportOrder): Transactions {
    return causedBy(this.db, principal, requestId)
  }

  private async importAll(order: ImportOrder, batch: Batch, report: Report, tx: Executor): Promise<void> {
    const current = { ...order, principal: await this.currentPrincipal(order.principal) }
    const end = batch.findIndex((item) => 'error' in item)
    const good = (end < 0 ? batch : batch.slice(0, end)).filter((item) => 'raw' in item)
    await halve(
      good,
      async (part) => {
        const imported = await attempt(tx, () => this.write(current, part, tx))
        for (const [index, { line }] of part.entries()) tell(report, line, imported[index]!)
      },
      (error, { line }) => {
        report.refused(line, toRefusal(error))
        throw new Aborted()
      },
    )
    const bad = batch[end]
    if (bad && 'error' in bad) {
      report.refused(bad.line, bad.error)
      throw new Aborted()
    }
    await report.flush()
  }

  /** Writes records together, or none of them. */
  private async write(
    { principal, collection, by, minimal }: ImportOrder,
    items: readonly ImportItem[],
    target: Target,
  ): Promise<Imported[]> {
    const parts = items.map(({ raw }) => ({ raw, at: '' }))
    const options: WriteOptions = { search: minimal ? '' : 'fields=id', minimal }
    if (by === undefined) {
      const written = await this.writes.createAll(principal, collection, parts, options, target)
      return written.map(({ json }) => ({ json, created: true }))
    }
    const upserted = await this.upserts.allByKey(principal, collection, by, parts, options, target)
    return upserted.map(({ written: { json }, created }) => ({ json, created }))
  }

  /** An import lasts: who was signed out, or lost a role, meanwhile is stopped with the next batch. */
  private async currentPrincipal(principal: Principal): Promise<Principal> {
    if (principal.kind === 'public') return principal
    const current = await this.identities.findCurrent(principal)
    if (!current) throw new AppError('unauthenticated', 'The session has ended')
    return current
  }
}

function tell(report: Report, line: number, outcome: Imported | AppError): void {
  if (outcome instanceof AppError) report.refused(line, outcome)
  else report.succeeded(line, idIn(outcome.json), outcome.created)
}

/** Of a record that may not be read, the id is not told either. */
const idIn = (json: string | null): string | null => (json === null ? null : (JSON.parse(json) as { id: string }).id)

const toRefusal = (error: unknown): AppError => (error instanceof AppError ? error : toAppError(error)!)
