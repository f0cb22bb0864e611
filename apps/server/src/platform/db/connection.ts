import type { Socket } from 'node:net'
import pg from 'pg'
import { serialize } from 'pg-protocol'
import { AppError } from '../../lib/index.js'
import { LeanQuery, type Wire as LeanWire, send } from './lean-query.js'
import type { StatementWatch } from './statement-watch.js'

/** How many statements one connection keeps prepared: PostgreSQL holds the plan of each, some 50 KB, until it is told otherwise. */
const preparedPerConnection = 300

/** Most bytes of one answer: beyond it memory would suffer, and beyond 512 MB pg itself would end the process. */
const maxAnswerBytes = 64 * 1024 * 1024

/** Statements that are given to one connection before the first of them has ended. */
const mostWaiting = 20

/** What pg's client has inside and its types leave out. */
interface Wire {
  pipeline: boolean
  readonly connection: LeanWire & {
    readonly stream: Socket
    on(event: 'readyForQuery', listener: () => void): void
    once(event: 'readyForQuery', listener: () => void): void
  }
}

type Asked = string | { readonly text: string } | LeanQuery

/**
 * A connection that keeps the number of its prepared statements within bounds, the oldest half going first, and that is
 * cut when an answer grows too large.
 */
export class Connection extends pg.Client {
  private readonly prepared = new Set<string>()
  private readonly watch: StatementWatch | undefined
  /** The statement that runs, since when, and those behind it. */
  private running: Asked | undefined
  private sinceMs = 0
  private readonly waiting: Asked[] = []

  constructor(config?: string | (pg.ClientConfig & { readonly watch?: StatementWatch })) {
    super(config)
    this.watch = typeof config === 'object' ? config.watch : undefined
    // Who waits for an answer is told that it broke; an error that nobody listens for would end the process, and one may come
    // at any moment, also between the pool and whoever asked it for a connection.
    this.on('error', () => {})
    const { connection } = this as unknown as Wire
    // Only now is the stream the one that answers come from: TLS has replaced the first.
    connection.once('readyForQuery', () => {
      boundAnswers(connection)
      connection.on('readyForQuery', () => this.ended())
    })
  }

  /** Since when the statement runs that runs now. */
  get runningSinceMs(): number | undefined {
    return this.running === undefined ? undefined : this.sinceMs
  }

  /**
   * From now on, or until it is told otherwise, statements do not wait for the answers to those before them, and those of one
   * turn of the event loop are sent together.
   */
  pipelined(on: boolean): void {
    const wire = this as unknown as Wire
    wire.pipeline = on
    if (on) wire.connection.outbox = createOutbox(wire.connection.stream)
    else delete wire.connection.outbox
  }

  // biome-ignore lint/suspicious/noExplicitAny: the overloads of pg's query have no common signature
  override query(config: any, ...rest: any[]): any {
    const name: string | undefined = config?.name
    if (name !== undefined && !this.prepared.has(name)) this.remember(name)
    // One that could not even be sent has no end: then what waits grows, and is begun anew.
    if (this.running !== undefined && this.waiting.length < mostWaiting) this.waiting.push(config)
    else {
      this.waiting.length = 0
      this.running = config
      this.sinceMs = performance.now()
    }
    // biome-ignore lint/suspicious/noExplicitAny: as above
    return (super.query as any)(config, ...rest)
  }

  private ended(): void {
    const { running, watch } = this
    if (running === undefined) return
    const nowMs = performance.now()
    const tookMs = nowMs - this.sinceMs
    if (running instanceof LeanQuery) running.known?.took(tookMs)
    this.running = this.waiting.shift()
    this.sinceMs = nowMs
    if (watch !== undefined && tookMs >= watch.slowMs)
      watch.tell(typeof running === 'string' ? running : running.text, tookMs)
  }

  private remember(name: string): void {
    if (this.prepared.size >= preparedPerConnection) this.closeOldest(preparedPerConnection / 2)
    this.prepared.add(name)
  }

  /** A Close message needs no answer of its own and cannot fail, so it travels ahead of the next query, also in a transaction. */
  private closeOldest(count: number): void {
    const { connection } = this as unknown as Wire
    for (const name of [...this.prepared].slice(0, count)) {
      this.prepared.delete(name)
      delete connection.parsedStatements[name]
      connection.described?.delete(name)
      send(connection, [serialize.close({ type: 'S', name })])
    }
  }
}

/** A system call for each statement costs more than the statement. */
function createOutbox(stream: Socket): (message: Buffer) => void {
  let messages: Buffer[] = []
  const flush = (): void => {
    // pg tells those that wait that a connection has ended.
    if (stream.writable) stream.write(messages.length === 1 ? messages[0]! : Buffer.concat(messages))
    messages = []
  }
  return (message) => {
    if (messages.push(message) === 1) setImmediate(flush)
  }
}

function boundAnswers(connection: Wire['connection']): void {
  const { stream } = connection
  let bytes = 0
  connection.on('readyForQuery', () => {
    bytes = 0
  })
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > maxAnswerBytes) stream.destroy(answerTooLarge())
  })
}

const answerTooLarge = (): AppError =>
  new AppError('query_too_complex', `The answer is larger than ${maxAnswerBytes} bytes`, {
    hint: 'Ask for smaller pages, or for fewer fields.',
  })
