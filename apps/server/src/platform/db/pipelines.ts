import type pg from 'pg'
import type { Connection } from './connection.js'
import { LeanQuery } from './lean-query.js'
import { clientGone, type Waiting } from './places.js'
import { breaksConnection } from './postgres-errors.js'
import type { Statement, StatementResult } from './statement.js'
import type { KnownStatement } from './statement-names.js'

/** What runs for so long is not quick after all. */
const stalledAfterMs = 100
/** A connection that was not used for so long goes back to the pool. */
const idleAfterMs = 1000

const ignore = (): void => {}

/** What is shared, and how. */
export interface Sharing {
  /** Statements that are under way on one connection. */
  readonly depth: number
  /** Statements that wait, for each connection that moves, until any has room; more than these run apart. */
  readonly inLine: number
  /** They change nothing: when one holds up the others, these run elsewhere a second time. */
  readonly repeatable: boolean
  connect(): Promise<pg.PoolClient>
  /** Ends the use of a connection: with the error that broke it, if one did. */
  release(client: pg.PoolClient, broken: Error | undefined): void
  /** The statement was undone because it would have had to wait: it is to run apart. */
  isUndone(error: Error): boolean
  /** Runs a statement on a connection of its own. */
  runApart(statement: Statement, known: KnownStatement, waiting: Waiting | undefined): Promise<StatementResult>
  /** Whether the connection is at work, and does not just wait until the disk has what it wrote. */
  isAtWork(client: pg.PoolClient): Promise<boolean>
  /** Cancels what the connection does. */
  cancel(client: pg.PoolClient): Promise<unknown>
}

/** One statement in a pipeline, or in line for one. */
interface Asked {
  readonly statement: Statement
  readonly known: KnownStatement
  readonly waiting: Waiting | undefined
  readonly resolve: (result: StatementResult | Promise<StatementResult>) => void
  readonly reject: (error: Error) => void
  /** Somebody else answers: what comes of it here is dropped. */
  settled: boolean
}

/**
 * Statements that are known to be quick share a few connections and do not wait for each other's answers (pipelining): at
 * many requests a second most of the time goes into waking up processes and into system calls, and here one serves many.
 * See docs/decisions/0032 for what happens when one is slow after all.
 */
export class Pipelines {
  private readonly pipelines: Pipeline[]
  /** Those that no connection has room for. None is bound to one that may stand still while others move. */
  private readonly line: Asked[] = []

  constructor(
    count: number,
    private readonly sharing: Sharing,
  ) {
    this.pipelines = Array.from({ length: count }, () => new Pipeline(sharing, () => this.moveUp()))
  }

  /** Runs a statement with others, or returns undefined: then it is for a connection of its own. */
  tryRun(
    statement: Statement,
    known: KnownStatement | undefined,
    waiting: Waiting | undefined,
  ): Promise<StatementResult> | undefined {
    if (known === undefined || !known.isQuick(performance.now())) return undefined
    const pipeline = this.findRoom()
    if (pipeline === undefined ? this.isLineFull() : !pipeline.connect()) return undefined
    return new Promise((resolve, reject) => {
      const asked: Asked = { statement, known, waiting, resolve, reject, settled: false }
      if (pipeline === undefined) this.line.push(asked)
      else pipeline.run(asked)
    })
  }

  /** To be called again and again. */
  sweep(): void {
    const nowMs = performance.now()
    for (const pipeline of this.pipelines) pipeline.sweep(nowMs)
  }

  /** Gives all connections back. */
  close(): void {
    for (const pipeline of this.pipelines) pipeline.close()
  }

  // ── steps ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The one with the most room, if any has some. */
  private findRoom(): Pipeline | undefined {
    let best: Pipeline | undefined
    for (const pipeline of this.pipelines) if (pipeline.room > (best?.room ?? 0)) best = pipeline
    return best
  }

  private isLineFull(): boolean {
    const moving = this.pipelines.filter((pipeline) => pipeline.moves).length
    return this.line.length >= moving * this.sharing.inLine
  }

  /** To be called when something has changed: there may be room for who is in line, or nothing left to wait for. */
  private moveUp(): void {
    while (this.line.length > 0) {
      const pipeline = this.findRoom()
      if (pipeline === undefined && this.pipelines.some(({ moves }) => moves)) return
      const asked = this.line.shift()!
      if (pipeline?.connect()) pipeline.run(asked)
      else runApart(this.sharing, asked)
    }
  }
}

class Pipeline {
  private client: (pg.PoolClient & Connection) | undefined
  private connecting = false
  private readonly sent: Asked[] = []
  private idleSinceMs: number | undefined
  /** What it runs is not quick: it takes no more until all of it has ended. */
  private stalled = false
  private cancelling = false
  private closed = false

  constructor(
    private readonly sharing: Sharing,
    /** Told when it has more room, or when it has none for longer. */
    private readonly changed: () => void,
  ) {}

  /** How many more statements it takes. One without a connection has room too: being asked, it gets one. */
  get room(): number {
    if (this.connecting || this.stalled || this.cancelling) return 0
    return this.sharing.depth - this.sent.length
  }

  /** Answers come: who waits for room will get some. */
  get moves(): boolean {
    return this.client !== undefined && this.sent.length > 0 && !this.stalled && !this.cancelling
  }

  /** Whether it is connected; if not, it will be. */
  connect(): boolean {
    if (this.client === undefined && !this.connecting) this.openConnection()
    return this.client !== undefined
  }

  run(asked: Asked): void {
    this.idleSinceMs = undefined
    this.sent.push(asked)
    const client = this.client!
    const query = new LeanQuery(asked.statement, asked.known, (error, result) => this.end(client, asked, error, result))
    client.query(query as never)
  }

  sweep(nowMs: number): void {
    const { client } = this
    if (client === undefined) return
    const [head] = this.sent
    if (head === undefined) {
      this.idleSinceMs ??= nowMs
      if (nowMs - this.idleSinceMs > idleAfterMs) this.disconnect()
      return
    }
    const sinceMs = client.runningSinceMs
    if (sinceMs === undefined || nowMs - sinceMs < stalledAfterMs) return
    // This process may have been busy, and the answer may lie in the socket: that is read before the judgement.
    setImmediate(() => {
      if (client === this.client && client.runningSinceMs === sinceMs) this.stall(client)
    })
  }

  close(): void {
    this.closed = true
    this.disconnect()
  }

  // ── steps ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  private openConnection(): void {
    this.connecting = true
    this.sharing
      .connect()
      .then((client) => {
        this.client = client as pg.PoolClient & Connection
        this.idleSinceMs = undefined
        this.client.pipelined(true)
        // pg tells those under way by themselves.
        client.on('error', this.disconnect)
        if (this.closed) this.disconnect()
      }, ignore)
      .finally(() => {
        this.connecting = false
        this.changed()
      })
  }

  /** Gives the connection back: to be used by others, or after an error to be closed. */
  private readonly disconnect = (error?: Error): void => {
    const { client } = this
    if (client === undefined) return
    this.client = undefined
    client.pipelined(false)
    client.removeListener('error', this.disconnect)
    this.sharing.release(client, error)
    if (error) this.abandon(error)
  }

  private end(client: pg.PoolClient, asked: Asked, error: Error | null, result: StatementResult | undefined): void {
    if (breaksConnection(error) && client === this.client) this.disconnect(error!)
    const at = this.sent.indexOf(asked)
    if (at >= 0) this.sent.splice(at, 1)
    if (this.sent.length === 0) this.stalled = false
    this.settle(asked, error, result)
    this.changed()
  }

  private settle(asked: Asked, error: Error | null, result: StatementResult | undefined): void {
    if (asked.settled) return
    if (error && this.sharing.isUndone(error)) {
      asked.known.heldUpOthers(performance.now())
      runApart(this.sharing, asked)
      return
    }
    asked.settled = true
    if (error) asked.reject(error)
    else asked.resolve(result!)
  }

  /** Those behind run elsewhere, where they may; then the one that runs is cancelled when nobody waits for it any more. */
  private stall(client: pg.PoolClient): void {
    const [head, ...behind] = this.sent
    if (head === undefined) return
    this.stalled = true
    this.blame(client, head)
    if (this.sharing.repeatable) {
      for (const asked of behind) runApart(this.sharing, asked)
      if (head.waiting?.socket.destroyed && !this.cancelling) this.cancel(client, head)
    }
    this.changed()
  }

  /** The connection broke. What was under way runs elsewhere, where it may; else nobody knows what became of it. */
  private abandon(error: Error): void {
    for (const asked of this.sent.splice(0)) {
      if (this.sharing.repeatable) runApart(this.sharing, asked)
      else if (!asked.settled) {
        asked.settled = true
        asked.reject(new Error('Connection terminated with statements under way', { cause: error }))
      }
    }
  }

  /** A disk that halts holds up every write, and what is written has no part in it. What has ended meanwhile is not judged. */
  private blame(client: pg.PoolClient, head: Asked): void {
    const judge = (atWork: boolean): void => {
      if (atWork && this.sent[0] === head) head.known.heldUpOthers(performance.now())
    }
    this.sharing.isAtWork(client).then(judge, () => judge(true))
  }

  /** Whatever the signal meets when it arrives, nobody waits for it here: the others have gone elsewhere, and no more come before. */
  private cancel(client: pg.PoolClient, head: Asked): void {
    this.cancelling = true
    head.settled = true
    head.reject(clientGone())
    this.sharing
      .cancel(client)
      .catch(ignore)
      .finally(() => {
        this.cancelling = false
        this.changed()
      })
  }
}

function runApart(sharing: Sharing, asked: Asked): void {
  if (asked.settled) return
  asked.settled = true
  asked.resolve(sharing.runApart(asked.statement, asked.known, asked.waiting))
}
