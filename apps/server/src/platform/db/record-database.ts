import { Injectable } from '@nestjs/common'
import pg from 'pg'
import { Database, type IsolationLevel, type Transaction, type TransactionOptions } from './database.js'
import { type Executor, runOn } from './executor.js'
import { LeanQuery } from './lean-query.js'
import { isUndone, type LockTurn, LockTurns, shortLockWaitMs } from './lock-turns.js'
import { Pipelines } from './pipelines.js'
import { clientGone, Places, type Waiting } from './places.js'
import { breaksConnection } from './postgres-errors.js'
import { processName } from './process-name.js'
import type { Statement, StatementResult } from './statement.js'
import type { KnownStatement } from './statement-names.js'

const sweepEveryMs = 200
/** A statement whose client is gone is cancelled once it has run for so long: most end by themselves. */
const cancelAfterMs = 100
/** How long a statement waits for a connection before the caller is asked to come again. */
const maxWaitMs = 4500

/**
 * How the connections are divided: those that quick reads and quick writes share, some kept from records (for sign-in, for
 * admins, and to cancel what runs), and the places of everything else that records do.
 */
function divide(poolSize: number): { readonly reads: number; readonly writes: number; readonly places: number } {
  const reads = poolSize < 5 ? 0 : Math.max(1, Math.floor(poolSize * 0.15))
  const writes = poolSize < 5 ? 0 : Math.max(1, Math.floor(poolSize * 0.3))
  const rest = poolSize - reads - writes
  return { reads, writes, places: rest - Math.max(1, Math.ceil(rest * 0.25)) }
}

const ignore = (): void => {}
const processIdOf = (client: pg.PoolClient): number => (client as unknown as { processID: number }).processID

/** One statement that somebody waits for. */
interface Running {
  readonly waiting: Waiting
  readonly sinceMs: number
  readonly client: pg.PoolClient
  /** A cancellation is on its way to the connection, which must serve nobody else until it has arrived. */
  cancelling: Promise<unknown> | undefined
}

/**
 * The database as records use it. However slow their statements are, some connections stay free for everything else; and a
 * read ends when nobody waits for it any more.
 */
@Injectable()
export class RecordDatabase extends Database {
  private readonly places: Places
  private readonly turns: LockTurns
  private readonly reading: Pipelines
  private readonly writing: Pipelines
  private readonly running = new Set<Running>()
  /** Connections on their way from one statement to the next. */
  private readonly handedOn: pg.PoolClient[] = []
  /** Connections on which a write that must wait for a lock is undone, so that others need not wait with it. */
  private readonly impatient = new WeakSet<pg.PoolClient>()
  private readonly timer: NodeJS.Timeout

  constructor(
    private readonly whole: Database,
    poolSize: number,
  ) {
    super(whole.dataSource, whole.names)
    const { reads, writes, places } = divide(poolSize)
    this.places = new Places(places, maxWaitMs)
    this.turns = new LockTurns(Math.ceil(places / 2), maxWaitMs)
    const shared = {
      release: (client: pg.PoolClient, broken: Error | undefined) => this.release(client, broken),
      cancel: (client: pg.PoolClient) => this.cancel(client),
    }
    this.reading = new Pipelines(reads, {
      ...shared,
      depth: 6,
      inLine: 10,
      repeatable: true,
      connect: () => this.pool.connect(),
      isUndone: () => false,
      isAtWork: () => Promise.resolve(true),
      runApart: (statement, known, waiting) => this.runApart(statement, known, waiting),
    })
    this.writing = new Pipelines(writes, {
      ...shared,
      depth: 8,
      inLine: 0,
      repeatable: false,
      connect: () => this.connectImpatiently(),
      isUndone,
      isAtWork: (client) => this.isAtWork(client),
      runApart: (statement, known) => this.writePatiently(statement, known),
    })
    this.timer = setInterval(() => this.sweep(), sweepEveryMs).unref()
  }

  override run(statement: Statement, waiting?: Waiting): Promise<StatementResult> {
    const known = this.names.find(statement.text)
    if (waiting !== undefined) return this.runApart(statement, known, waiting)
    return this.writing.tryRun(statement, known, undefined) ?? this.writeApart(statement, known)
  }

  override transaction<T>(
    work: (transaction: Transaction) => Promise<T>,
    { once = false, ...options }: TransactionOptions = {},
  ): Promise<T> {
    if (once) return this.transactionInPlace(work, options)
    return this.turns.run((turn) => this.transactionInPlace(work, options, turn))
  }

  /** Runs a statement that only reads: when it is known to be quick, on a connection it shares with others. */
  read(statement: Statement, waiting?: Waiting): Promise<StatementResult> {
    const known = this.names.find(statement.text)
    return this.reading.tryRun(statement, known, waiting) ?? this.runApart(statement, known, waiting)
  }

  /** Runs reads. Those of one who waits are cancelled when the connection to the client closes. */
  reads(waiting?: Waiting): Executor {
    return { run: (statement) => this.read(statement, waiting) }
  }

  /**
   * Reads in one snapshot, for one who waits: however many statements that takes, they all see the same records. What runs
   * is cancelled when the connection to the client closes. `idleMs` is how long nothing may be asked meanwhile.
   */
  async snapshot<T>(waiting: Waiting, idleMs: number, read: (snapshot: Executor) => Promise<T>): Promise<T> {
    await this.places.take(waiting)
    this.releaseHandedOn()
    try {
      const client = await this.pool.connect()
      const settings = `set local idle_in_transaction_session_timeout = ${Math.ceil(idleMs)}`
      let broken: Error | undefined
      try {
        await client.query(`begin isolation level repeatable read read only; ${settings}`)
        return await read({ run: (statement) => this.runWatched(client, statement, waiting) })
      } finally {
        await client.query('rollback').catch((error: Error) => {
          broken = error
        })
        client.release(broken)
      }
    } finally {
      this.places.giveBack()
    }
  }

  override async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer)
    this.reading.close()
    this.writing.close()
  }

  // ── steps ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Runs a statement on a connection that is its own for so long. */
  private runApart(
    statement: Statement,
    known: KnownStatement | undefined,
    waiting: Waiting | undefined,
  ): Promise<StatementResult> {
    if (this.places.tryTake()) return this.runInPlace(statement, known, waiting)
    return this.places.take(waiting).then(() => this.runInPlace(statement, known, waiting))
  }

  /** Runs a statement that may write on a connection of its own. */
  private writeApart(statement: Statement, known: KnownStatement | undefined): Promise<StatementResult> {
    return this.turns.run((turn) => this.writeInPlace(statement, known, turn))
  }

  /** Runs a write that was undone on the connection it shared. */
  private writePatiently(statement: Statement, known: KnownStatement | undefined): Promise<StatementResult> {
    return this.turns.wait((turn) => this.writeInPlace(statement, known, turn))
  }

  private async writeInPlace(
    statement: Statement,
    known: KnownStatement | undefined,
    { sinceMs, impatient }: LockTurn,
  ): Promise<StatementResult> {
    await this.places.take(undefined, sinceMs)
    return this.runInPlace(statement, known, undefined, impatient)
  }

  private async transactionInPlace<T>(
    work: (transaction: Transaction) => Promise<T>,
    options: { isolation?: IsolationLevel },
    { sinceMs, impatient }: LockTurn = { sinceMs: performance.now(), impatient: false },
  ): Promise<T> {
    await this.places.take(undefined, sinceMs)
    this.releaseHandedOn()
    try {
      if (!impatient) return await super.transaction(work, options)
      return await super.transaction(async (transaction) => {
        await transaction.run({ text: `set local lock_timeout = ${shortLockWaitMs}`, values: [] })
        return work(transaction)
      }, options)
    } finally {
      this.places.giveBack()
    }
  }

  private async runInPlace(
    statement: Statement,
    known: KnownStatement | undefined,
    waiting: Waiting | undefined,
    impatient = false,
  ): Promise<StatementResult> {
    let client: pg.PoolClient
    try {
      client = this.handedOn.pop() ?? (await this.pool.connect())
      if (this.impatient.has(client) !== impatient) await this.setPatience(client, !impatient)
    } catch (unreachable) {
      this.places.giveBack()
      throw unreachable
    }
    const running = waiting && this.track(waiting, client)
    return new Promise((resolve, reject) => {
      const end = (error: Error | null, result?: StatementResult): void => {
        const free = (): void => this.free(client, breaksConnection(error) ? error! : undefined)
        if (running) this.running.delete(running)
        if (running?.cancelling) running.cancelling.then(free, free)
        else free()
        if (error) reject(running?.cancelling ? clientGone() : error)
        else resolve(result!)
      }
      client.query(new LeanQuery(statement, known, end) as never)
    })
  }

  private async connectImpatiently(): Promise<pg.PoolClient> {
    const client = await this.pool.connect()
    await this.setPatience(client, false)
    return client
  }

  /** @throws when the connection broke; then it has been released */
  private async setPatience(client: pg.PoolClient, patient: boolean): Promise<void> {
    try {
      await client.query(patient ? 'reset lock_timeout' : `set lock_timeout = ${shortLockWaitMs}`)
      if (patient) this.impatient.delete(client)
      else this.impatient.add(client)
    } catch (error) {
      client.release(error as Error)
      throw error
    }
  }

  /** Ends the use of a connection and of its place. Where others wait it goes to the next, which costs less than the way through the pool. */
  private free(client: pg.PoolClient, broken: Error | undefined): void {
    if (!broken && this.places.areAwaited) this.handedOn.push(client)
    else this.release(client, broken)
    this.places.giveBack()
  }

  /** Gives a connection back to the pool as it was. */
  private release(client: pg.PoolClient, broken?: Error): void {
    if (broken || !this.impatient.has(client)) client.release(broken)
    else this.setPatience(client, true).then(() => client.release(), ignore)
  }

  private async runWatched(client: pg.PoolClient, statement: Statement, waiting: Waiting): Promise<StatementResult> {
    if (waiting.socket.destroyed) throw clientGone()
    const running = this.track(waiting, client)
    try {
      return await runOn(client, this.names, statement)
    } catch (error) {
      throw running.cancelling ? clientGone() : error
    } finally {
      this.running.delete(running)
      await running.cancelling?.catch(ignore)
    }
  }

  private track(waiting: Waiting, client: pg.PoolClient): Running {
    const running: Running = { waiting, client, sinceMs: performance.now(), cancelling: undefined }
    this.running.add(running)
    return running
  }

  /** Whoever was to have them may have left, or wants one from the pool. */
  private releaseHandedOn(): void {
    for (const client of this.handedOn.splice(0)) this.release(client)
  }

  private sweep(): void {
    this.places.sweep()
    this.turns.sweep()
    this.reading.sweep()
    this.writing.sweep()
    this.releaseHandedOn()
    const beforeMs = performance.now() - cancelAfterMs
    for (const running of this.running) {
      if (!running.waiting.socket.destroyed || running.cancelling || running.sinceMs > beforeMs) continue
      running.cancelling = this.cancel(running.client)
    }
  }

  /** What waits until its commit is on the disk, or on that of a standby, has done its work. Of a process that is not found nobody knows. */
  private async isAtWork(client: pg.PoolClient): Promise<boolean> {
    const text = `select 1 from pg_stat_activity where pid = $1 and application_name = $2 and datname = current_database()
      and (wait_event ilike 'wal%' or wait_event = 'SyncRep')`
    const { rows } = await this.whole.run({ text, values: [processIdOf(client), processName] })
    return rows.length === 0
  }

  /**
   * Cancels what a connection is doing. Its statement may end meanwhile; then the signal finds it idle, which PostgreSQL
   * ignores, because the connection is not given away before this call has returned. Behind a pooler the process id may be
   * none of ours: then nothing is cancelled.
   */
  private cancel(client: pg.PoolClient): Promise<unknown> {
    const text =
      'select pg_cancel_backend(pid) from pg_stat_activity where pid = $1 and application_name = $2 and datname = current_database()'
    return this.whole.run({ text, values: [processIdOf(client), processName] })
  }
}
