import { setTimeout as sleep } from 'node:timers/promises'
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common'
import { SchemaCache } from '../collections/index.js'
import { AppError, defineError, Sealer } from '../lib/index.js'
import { Database, Signals } from '../platform/db/index.js'
import { assembleChanges } from './assemble-changes.js'
import type { ChangePage } from './change.js'
import { type ChangeCursor, type Horizon, neededFrom, readCursor, writeCursor } from './change-cursor.js'
import { Floors } from './floors.js'
import { findOrigin, type Origin } from './log-origin.js'
import { type LogRow, type Moment, type RoundPart, readListsAfter, readMoment, readRound } from './read-round.js'
import { RenamedImages } from './renamed-images.js'

const invalidCursor = defineError('invalid_cursor')

const nothingRead: Horizon = { xmax: 0, floor: 0, running: [] }
const patienceMs = 500
/** Sealed cursors are so many characters longer at once. */
const sealedStep = 60

/** Two cursors of one place look different: whether they are equal, and how long they are, would tell of what others do. */
const salt = (): string => Math.random().toString(36).slice(2, 8)

export interface ReadOptions {
  /** Rows of one page. */
  readonly limit?: number
  /** Only changes of these collections. */
  readonly collectionIds?: readonly string[]
  /** Reads no further than this one has, which stands between two rounds and covers the one that is read from. */
  readonly upTo?: ChangeCursor
}

const isTooLarge = (error: unknown): boolean => error instanceof AppError && error.code === 'query_too_complex'

/** Reads committed changes, in an order in which each record's rise, without gaps: see {@link ChangeCursor}. */
@Injectable()
export class ChangeLog implements OnApplicationBootstrap {
  private sealer!: Sealer
  private readonly floors = new Floors()
  private renamed: Promise<RenamedImages> | undefined
  private foundOrigin: Promise<Origin> | undefined

  constructor(
    private readonly db: Database,
    schemas: SchemaCache,
    signals: Signals,
  ) {
    schemas.onChange(() => {
      this.renamed = undefined
    })
    // Another server may answer at the same address now.
    signals.onReset(() => {
      this.foundOrigin = undefined
    })
  }

  async onApplicationBootstrap(): Promise<void> {
    const { rows } = await this.db.run({ text: `select encode(secret, 'hex') from holdfast.cursor_key`, values: [] })
    this.sealer = new Sealer(Buffer.from(rows[0]![0] as string, 'hex'))
    await this.origin()
  }

  /** The end of the log: everything that is committed from now on comes after it, and nothing else. */
  async end(): Promise<ChangeCursor> {
    const origin = await this.origin()
    for (let waitedMs = 0; ; waitedMs += 10) {
      const since = await this.look(origin)
      // Those that ran before this node looked first may have changes anywhere: most have ended in a moment.
      const known = this.floors.of(since.running[0]?.[0] ?? since.xmax) !== undefined
      if (known || waitedMs >= patienceMs) return { origin: origin.id, since }
      await sleep(10)
    }
  }

  /** The next page after a cursor. @throws whatever the database throws */
  async read(cursor: ChangeCursor, options: ReadOptions = {}): Promise<ChangePage> {
    for (let limit = options.limit ?? 1000; ; limit = Math.ceil(limit / 8)) {
      try {
        return await this.readPage(cursor, { ...options, limit })
      } catch (error) {
        // Changes of large records make answers that no connection takes: fewer of them at once.
        if (limit === 1 || !isTooLarge(error)) throw error
      }
    }
  }

  private async readPage(
    cursor: ChangeCursor,
    { limit, collectionIds, upTo }: ReadOptions & { readonly limit: number },
  ): Promise<ChangePage> {
    const [origin, renamed] = await Promise.all([this.origin(), this.currentNames()])
    if (cursor.origin !== origin.id) return this.goOnAtEnd()
    const before = this.floors.lastPosition
    const until = cursor.round?.until ?? upTo?.since
    const options = {
      limit,
      collectionIds,
      until,
      restored: origin.restored,
      checkpoint: this.floors.wantsCheckpoint(),
    }
    const part = await readRound(this.db, cursor, options)
    this.floors.remember(part.lastPosition, part.tx, before)
    if (part.after < part.trimmed) return this.goOnAtEnd()
    const round = { until: until ?? this.horizonOf(part, cursor.since, origin), end: part.end }
    const last = part.rows.length === limit ? part.rows.at(-1)!.position : part.upTo
    const open = last < part.end
    const at = (position: number): ChangeCursor => ({ ...cursor, round: { ...round, position } })
    const next = open ? at(last) : { origin: origin.id, since: round.until }
    const beside = open ? await this.readLists(part, last) : []
    const lastRow = part.rows.at(-1)?.position
    const changes = assembleChanges([...part.rows, ...beside], renamed, (position) =>
      position === lastRow ? next : at(position),
    )
    // A round that was begun before may have been followed by another.
    return { changes, next, end: !open && cursor.round === undefined, broken: false }
  }

  /** Can everything after the cursor still be read? */
  async reaches(cursor: ChangeCursor): Promise<boolean> {
    const origin = await this.origin()
    if (cursor.origin !== origin.id) return false
    return neededFrom(cursor) >= (await readMoment(this.db)).trimmed
  }

  /** The cursor as clients get it; with `mark` beside it, what it is good for. */
  seal(cursor: ChangeCursor, mark = ''): string {
    const text = `${salt()} ${writeCursor(cursor)} ${mark} `
    return this.sealer.seal(text.padEnd(Math.ceil(text.length / sealedStep) * sealedStep), 'changes')
  }

  /** @throws invalid_cursor for one this log never gave */
  open(text: string): ChangeCursor {
    return this.openMarked(text).cursor
  }

  /** With the mark it was sealed with. @throws invalid_cursor for one this log never gave */
  openMarked(text: string): { readonly cursor: ChangeCursor; readonly mark: string } {
    const [, written = '', mark = ''] = (this.sealer.open(text, 'changes') ?? '').split(' ')
    const cursor = readCursor(written)
    if (!cursor) throw invalidCursor('The cursor is not one of this server')
    return { cursor, mark }
  }

  // ── steps ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  private async look(origin: Origin): Promise<Horizon> {
    const before = this.floors.lastPosition
    const moment = await readMoment(this.db, this.floors.wantsCheckpoint())
    this.floors.remember(moment.lastPosition, moment.tx, before)
    return this.horizonOf(moment, nothingRead, origin)
  }

  /** Nothing is trimmed while a transaction runs that wrote it. */
  private horizonOf({ snapshot, trimmed }: Moment, since: Horizon, { restored }: Origin): Horizon {
    return this.floors.horizonOf(snapshot, since, Math.max(restored, trimmed))
  }

  private async readLists({ rows }: RoundPart, position: number): Promise<LogRow[]> {
    const changes = rows.filter(({ action }) => action !== 'list')
    return changes.length === 0 ? [] : readListsAfter(this.db, changes, position)
  }

  /** What is between the cursor and the end is lost to its owner, who is told. */
  private async goOnAtEnd(): Promise<ChangePage> {
    return { changes: [], next: await this.end(), end: false, broken: true }
  }

  private currentNames(): Promise<RenamedImages> {
    this.renamed ??= RenamedImages.read(this.db)
    return this.renamed
  }

  private origin(): Promise<Origin> {
    const found = this.foundOrigin ?? findOrigin(this.db)
    this.foundOrigin = found
    // One that failed is tried again.
    found.catch(() => {
      if (this.foundOrigin === found) this.foundOrigin = undefined
    })
    return found
  }
}
