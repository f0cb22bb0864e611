import type { Connection, Submittable } from 'pg'

/** What pg's connection can do and its types leave out. */
interface CopyConnection {
  sendCopyFromChunk(chunk: Buffer): void
  endCopyFrom(): void
}

/** `COPY … FROM STDIN` of rows that are in memory, as a query for `client.query`. Calls back once the rows are in. */
export class CopyIn implements Submittable {
  constructor(
    private readonly text: string,
    private readonly rows: Buffer,
    readonly callback: (error?: Error) => void,
  ) {}

  submit(connection: Connection) {
    connection.query(this.text)
  }

  handleCopyInResponse(connection: CopyConnection) {
    connection.sendCopyFromChunk(this.rows)
    connection.endCopyFrom()
  }

  handleCommandComplete() {}

  handleReadyForQuery() {
    this.callback()
  }

  handleError(error: Error) {
    this.callback(error)
  }
}

/** A line of COPY's text format; no value is null. */
export const toCopyLine = (values: readonly (string | number)[]): string => `${values.map(escapeValue).join('\t')}\n`

const special = /[\\\t\n\r]/g
const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

const escapeValue = (value: string | number): string | number =>
  typeof value === 'string' && value.search(special) >= 0 ? value.replace(special, (found) => escapes[found]!) : value
