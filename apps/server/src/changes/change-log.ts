import { setTimeout as sleep } from 'node:timers/promises'
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common'
import { SchemaCache } from '../collections/index.js'
import { defineError, Sealer } from '../lib/index.js'
import { Database } from '../platform/db/index.js'
import { assembleChanges } from './assemble-changes.js'
import type { ChangePage } from './change.js'
import { type ChangeCursor, readCursor, readUpTo, writeCursor } from './change-cursor.js'
import { type LogRow, type Round, readListsBetween, readRound } from './read-round.js'
import { RenamedImages } from './renamed-images.js'

const invalidCursor = defineError('invalid_cursor')

/** A moment at which every transaction that had not begun could only take positions above `floor`. */
interface Checkpoint {
  readonly xmax: number
  readonly floor: number
}

const maxCheckpoints = 1000
const patienceMs = 500
/** Positions within which a list is logged beside the change of its record. */
const listReach = 50_000

export interface ReadOptions {
  /** Rows of one page. */
  readonly limit?: number
  /** Only changes of these collections. */
  readonly collectionIds?: readonly string[]
}

/** Reads committed changes, in an order in which each record's rise, without gaps: see {@link ChangeCursor}. */
@Injectable()
export class ChangeLog implements OnApplicationBootstrap {
  private sealer!: Sealer
  private checkpoints: Checkpoint[] = []
  private lastPosition = 0
  private renamed: Promise<RenamedImages> | undefined

  constructor(
    private readonly db: Database,
    schemas: SchemaCache,
  ) {
    schemas.onChange(() => {
      this.renamed = undefined
    })
  }

  async onApplicationBootstrap(): Promise<void> {
    const { rows } = await this.db.run({ text: `select encode(secret, 'hex') from holdfast.cursor_key`, values: [] })
    this.sealer = new Sealer(Buffer.from(rows[0]![0] as string, 'hex'))
  }

  /**
   * The end of the log: all changes that are committed from now on come after it, and some that were committed just before.
   * Waits a moment for transactions that are running, so that reading on from here is cheap.
   */
  async end(): Promise<ChangeCursor> {
    const { lastPosition: floor } = await this.look()
    const { xmax } = await this.look()
    for (let waitedMs = 0; ; waitedMs += 10) {
      const { high } = await this.look()
      if (high >= xmax) return { low: high, floor }
      if (waitedMs >= patienceMs) return { low: high, floor: this.floorOf(high) }
      await sleep(10)
    }
  }

  /** The next page after a cursor. @throws whatever the database throws */
  async read(cursor: ChangeCursor, { limit = 1000, collectionIds }: ReadOptions = {}): Promise<ChangePage> {
    const renamed = await this.currentNames()
    const before = this.lastPosition
    const round = await readRound(this.db, cursor, limit, collectionIds)
    this.remember(round, before)
    const full = round.rows.length === limit
    const last = round.rows.at(-1)?.position
    const next: ChangeCursor = full
      ? { low: cursor.low, floor: cursor.floor, high: round.high, position: last! }
      : { low: Math.max(round.high, cursor.low), floor: Math.max(cursor.floor, this.floorOf(round.high)) }
    const beside = full ? await this.readListsAfter(cursor, next) : []
    const cursorAt = (position: number): ChangeCursor =>
      position === last && !full ? next : { low: cursor.low, floor: cursor.floor, high: round.high, position }
    const changes = assembleChanges([...round.rows, ...beside], renamed, cursorAt)
    // A round that was read before may have been cut short: what follows it is the next one.
    return { changes, next, end: !full && cursor.high === undefined }
  }

  /** Were positions taken that the cursor does not know of? They may belong to transactions that still run, or were rolled back. */
  hasMoreThan(cursor: ChangeCursor): boolean {
    return this.lastPosition > readUpTo(cursor)
  }

  /** Can everything after the cursor still be read? */
  async reaches(cursor: ChangeCursor): Promise<boolean> {
    const { rows } = await this.db.run({ text: 'select position from holdfast.changes_trimmed', values: [] })
    return readUpTo(cursor) >= (rows[0]![0] as number)
  }

  /** The cursor as clients get it; with `mark` beside it, what it is good for. */
  seal(cursor: ChangeCursor, mark = ''): string {
    return this.sealer.seal(`${writeCursor(cursor)} ${mark}`, 'changes')
  }

  /** @throws invalid_cursor for one this log never gave */
  open(text: string): ChangeCursor {
    return this.openMarked(text).cursor
  }

  /** With the mark it was sealed with. @throws invalid_cursor for one this log never gave */
  openMarked(text: string): { readonly cursor: ChangeCursor; readonly mark: string } {
    const [written = '', mark = ''] = (this.sealer.open(text, 'changes') ?? '').split(' ')
    const cursor = readCursor(written)
    if (!cursor) throw invalidCursor('The cursor is not one of this server')
    return { cursor, mark }
  }

  // ── steps ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  private async look(): Promise<Round> {
    const before = this.lastPosition
    const round = await readRound(this.db, { low: 0, floor: Number.MAX_SAFE_INTEGER }, 1)
    this.remember(round, before)
    return round
  }

  /** `before` was the last position taken before the round was read, so no transaction from its `xmax` on has one up to it. */
  private remember({ xmax, lastPosition }: Round, before: number): void {
    this.lastPosition = Math.max(this.lastPosition, lastPosition)
    if (this.checkpoints.at(-1)?.floor === before) return
    this.checkpoints.push({ xmax, floor: before })
    if (this.checkpoints.length > maxCheckpoints) this.checkpoints = this.checkpoints.slice(-maxCheckpoints / 2)
  }

  /** Transactions from `low` on have no position up to this one. */
  private floorOf(low: number): number {
    return this.checkpoints.findLast(({ xmax }) => xmax <= low)?.floor ?? 0
  }

  private readListsAfter(cursor: ChangeCursor, { high, position }: ChangeCursor): Promise<LogRow[]> {
    return readListsBetween(this.db, cursor.low, high!, position!, position! + listReach)
  }

  private currentNames(): Promise<RenamedImages> {
    this.renamed ??= RenamedImages.read(this.db)
    return this.renamed
  }
}
