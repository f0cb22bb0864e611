import type { Readable } from 'node:stream'
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common'
import { isAdmin, type Principal } from '../../auth/index.js'
import { SchemaCache } from '../../collections/index.js'
import { bindingsOf, PermissionsService, requireScope } from '../../permissions/index.js'
import { CONFIG, type Config } from '../../platform/config/index.js'
import { type Executor, Places, RecordDatabase, type Waiting } from '../../platform/db/index.js'
import { Log } from '../../platform/log/index.js'
import { bindParams } from '../../query/index.js'
import { CostGuard } from '../cost/cost-guard.js'
import { Cursors } from '../cursor/cursors.js'
import { ClientGone, Outlet } from '../outlet.js'
import { checkExport, type RawExport } from './parse-export.js'
import { type ExportPlan, planExport } from './plan-export.js'
import { type Writer, writerOf } from './writers.js'

/** A client may be slow to take its records, and holds a connection and a snapshot for so long: of the pool this part, for admins and for others each. */
const partOfPool = 1 / 5
/** How long an export waits for the end of others. */
const maxWaitMs = 4500
const sweepEveryMs = 500
/** A client that takes nothing for so long is given up. */
const maxStallMs = 30_000
/** Characters to fetch at a time, and the most records. */
const wantedLength = 256 * 1024
const maxRecords = 500

/** An export that has begun: what is to be sent. */
export interface Exported {
  readonly stream: Readable
  readonly contentType: string
  readonly filename: string
}

/** What is told of an export before it begins. */
export type ExportHead = Omit<Exported, 'stream'>

interface Order {
  readonly principal: Principal
  readonly waiting: Waiting
  readonly plan: ExportPlan
  readonly writer: Writer
}

/** Reads every record the principal may read: collection → scope → parse → plan → a cursor of PostgreSQL → text. */
@Injectable()
export class Exports implements OnApplicationShutdown {
  private readonly places: { readonly admins: Places; readonly others: Places }
  private readonly timer: NodeJS.Timeout

  constructor(
    @Inject(CONFIG) config: Config,
    private readonly db: RecordDatabase,
    private readonly schemas: SchemaCache,
    private readonly permissions: PermissionsService,
    private readonly guard: CostGuard,
    private readonly cursors: Cursors,
    private readonly log: Log,
  ) {
    const count = Math.max(1, Math.floor(config.databasePoolSize * partOfPool))
    this.places = { admins: new Places(count, maxWaitMs), others: new Places(count, maxWaitMs) }
    this.timer = setInterval(() => this.sweep(), sweepEveryMs).unref()
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer)
  }

  /** Answers when the first records are there, so that what is wrong with the query can be told. @throws forbidden, invalid_query, … */
  async start(principal: Principal, name: string, parse: () => RawExport, waiting: Waiting): Promise<Exported> {
    const { order, head } = await this.prepare(principal, name, parse, waiting)
    return { stream: await this.begin(order), ...head }
  }

  /** What `start` would answer with: as checked, but nothing is read. @throws as `start` */
  async describe(principal: Principal, name: string, parse: () => RawExport, waiting: Waiting): Promise<ExportHead> {
    return (await this.prepare(principal, name, parse, waiting)).head
  }

  private async prepare(principal: Principal, name: string, parse: () => RawExport, waiting: Waiting) {
    const collection = this.schemas.get(name)
    const scope = requireScope(this.permissions.scopes(principal).read(collection), principal, 'read', collection)
    const wanted = checkExport(parse(), scope)
    const order: Order = { principal, waiting, plan: planExport(wanted.query), writer: writerOf(wanted) }
    await this.checkCost(order)
    const head = { contentType: order.writer.contentType, filename: `${collection.name}.${wanted.format}` }
    return { order, head }
  }

  private sweep(): void {
    this.places.admins.sweep()
    this.places.others.sweep()
  }

  private async checkCost({ principal, plan }: Order): Promise<void> {
    const [unchecked] = this.guard.unchecked(principal, plan)
    if (!unchecked) return
    const hint = 'Filter, so that fewer records are found, or read them page by page.'
    await this.guard.check(this.db, unchecked, bindingsOf(principal), () => hint)
  }

  /** Runs on after its first records are there. */
  private begin(order: Order): Promise<Readable> {
    const outlet = new Outlet()
    // One that fails before it is handed out has nobody else who listens.
    outlet.stream.on('error', () => {})
    return new Promise((resolve, reject) => {
      this.inTurn(order, () => this.run(order, outlet, () => resolve(outlet.stream))).then(
        () => outlet.stream.end(),
        (error: unknown) => {
          reject(error)
          // Half a file must not look like a whole one: the connection is cut.
          outlet.stream.destroy(new ClientGone())
          if (!(error instanceof ClientGone) && !order.waiting.socket.destroyed)
            this.log.warn({ err: error }, 'an export was given up')
        },
      )
    })
  }

  private async inTurn({ principal, waiting }: Order, work: () => Promise<void>): Promise<void> {
    const places = this.places[isAdmin(principal) ? 'admins' : 'others']
    await places.take(waiting)
    try {
      await work()
    } finally {
      places.giveBack()
    }
  }

  private run(order: Order, outlet: Outlet, begun: () => void): Promise<void> {
    const { plan, writer, principal, waiting } = order
    return this.db.snapshot(waiting, maxStallMs, async (snapshot) => {
      const values = bindParams(plan.params, bindingsOf(principal))
      await snapshot.run({ text: `declare export no scroll cursor for ${plan.text}`, values })
      let isFirst = true
      for await (const records of this.fetchAll(snapshot)) {
        const json = plan.sealed ? records.map((record) => this.cursors.seal(record, principal)) : records
        const text = (isFirst ? writer.head : '') + writer.records(json, isFirst)
        isFirst = false
        begun()
        await outlet.write(text)
      }
      begun()
      await outlet.write((isFirst ? writer.head : '') + writer.tail)
    })
  }

  /** As many at a time as make a handful of text, whatever their size. */
  private async *fetchAll(snapshot: Executor): AsyncGenerator<readonly string[]> {
    let count = 20
    while (true) {
      const { rows } = await snapshot.run({ text: `fetch ${count} from export`, values: [] })
      if (rows.length > 0) yield rows.map(([json]) => json as string)
      if (rows.length < count) return
      const length = rows.reduce((sum, [json]) => sum + (json as string).length, 0) / rows.length
      count = Math.max(1, Math.min(maxRecords, count * 4, Math.floor(wantedLength / length)))
    }
  }
}
