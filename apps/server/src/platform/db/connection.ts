import pg from 'pg'

/** How many statements one connection keeps prepared: PostgreSQL holds the plan of each, some 50 KB, until it is told otherwise. */
const preparedPerConnection = 300

/** What pg's client has inside and its types leave out. */
interface Wire {
  readonly connection: {
    readonly parsedStatements: Record<string, string>
    close(target: { type: 'S'; name: string }): void
  }
}

/** A connection that keeps the number of its prepared statements within bounds; the oldest half goes first. */
export class Connection extends pg.Client {
  private readonly prepared = new Set<string>()

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
