import type { Socket } from 'node:net'
import pg from 'pg'
import { AppError } from '../../lib/index.js'

/** How many statements one connection keeps prepared: PostgreSQL holds the plan of each, some 50 KB, until it is told otherwise. */
const preparedPerConnection = 300

/** Most bytes of one answer: beyond it memory would suffer, and beyond 512 MB pg itself would end the process. */
const maxAnswerBytes = 64 * 1024 * 1024

/** What pg's client has inside and its types leave out. */
interface Wire {
  readonly connection: {
    readonly parsedStatements: Record<string, string>
    readonly stream: Socket
    close(target: { type: 'S'; name: string }): void
    on(event: 'readyForQuery', listener: () => void): void
    once(event: 'readyForQuery', listener: () => void): void
  }
}

/**
 * A connection that keeps the number of its prepared statements within bounds, the oldest half going first, and that is
 * cut when an answer grows too large.
 */
export class Connection extends pg.Client {
  private readonly prepared = new Set<string>()

  constructor(config?: string | pg.ClientConfig) {
    super(config)
    const { connection } = this as unknown as Wire
    // Only now is the stream the one that answers come from: TLS has replaced the first.
    connection.once('readyForQuery', () => boundAnswers(connection))
  }

  // biome-ignore lint/suspicious/noExplicitAny: the overloads of pg's query have no common signature
  override query(config: any, ...rest: any[]): any {
    const name: string | undefined = config?.name
    if (name !== undefined && !this.prepared.has(name)) this.remember(name)
    // biome-ignore lint/suspicious/noExplicitAny: as above
    return (super.query as any)(config, ...rest)
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
      connection.close({ type: 'S', name })
    }
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
