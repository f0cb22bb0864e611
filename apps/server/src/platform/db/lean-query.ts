import pg, { type FieldDef } from 'pg'
import { serialize } from 'pg-protocol'
import { Unsendable } from './postgres-errors.js'
import { parserOf, type ValueParser } from './row-types.js'
import { type Statement, StatementResult } from './statement.js'
import type { KnownStatement } from './statement-names.js'

type Done = (error: Error | null, result?: StatementResult) => void

/** What an answer has: the names of its columns, and how the values of each are read (undefined: they stay the text they are). */
interface Shape {
  readonly names: readonly string[]
  readonly parsers: readonly (ValueParser | undefined)[]
}

/** What pg's connection has inside and its types leave out. */
export interface Wire {
  /** Texts of the statements that are prepared there, by their names, and of those on their way. */
  readonly parsedStatements: Record<string, string>
  readonly submittedNamedStatements: Record<string, string>
  /** Ours: the shapes of what prepared statements answer. */
  described?: Map<string, Shape>
  /** Ours: takes what is to be sent, where several statements travel together. */
  outbox?: (message: Buffer) => void
  readonly stream: { write(message: Buffer): unknown }
  query(text: string): void
}

const { prepareValue } = (pg as unknown as { utils: { prepareValue(value: unknown): unknown } }).utils
const describePortal = serialize.describe({ type: 'P' })
const sync = serialize.sync()
const executeAndSync = Buffer.concat([serialize.execute(), sync])
const noSuchStatement = '26000'
const noColumns: Shape = { names: [], parsers: [] }

/**
 * One statement as pg sends it, with less around it: everything is one write, columns are described once per connection
 * and not with each answer, and nothing is made that only other callers of pg need.
 */
export class LeanQuery {
  /** What is told of the end; pg sets it where it is not given. */
  callback: Done | undefined
  /** Under which it is prepared. Without one it is parsed each time. */
  name: string | undefined
  private readonly found: unknown[][] = []
  private shape = noColumns
  private tag = ''
  /** Why its values could not be sent. */
  private unsent: Unsendable | null = null

  constructor(
    private readonly statement: Statement,
    readonly known: KnownStatement | undefined,
    callback?: Done,
  ) {
    this.callback = callback
    this.name = known?.name
  }

  get text(): string {
    return this.statement.text
  }

  /** Called by pg when it is the statement's turn. */
  submit(connection: Wire): null {
    const { text } = this.statement
    const values = this.statement.values as unknown[]
    if (this.name === undefined && values.length === 0) {
      connection.query(text)
      return null
    }
    // Another statement may just prepare it on this connection; if that fails, this one must not depend on it.
    if (this.name !== undefined && connection.submittedNamedStatements[this.name] !== undefined) this.name = undefined
    const { name } = this
    let bind: Buffer
    try {
      bind = serialize.bind({ statement: name ?? '', values, valueMapper: prepareValue })
    } catch (error) {
      this.unsent = new Unsendable(error)
      send(connection, [sync])
      return null
    }
    const isPrepared = name !== undefined && connection.parsedStatements[name] !== undefined
    const shape = isPrepared ? connection.described?.get(name) : undefined
    if (shape !== undefined) {
      this.shape = shape
      send(connection, [bind, executeAndSync])
    } else if (isPrepared) send(connection, [bind, describePortal, executeAndSync])
    else {
      if (name !== undefined) connection.submittedNamedStatements[name] = text
      send(connection, [serialize.parse({ name: name ?? '', text }), bind, describePortal, executeAndSync])
    }
    return null
  }

  // ── what pg calls as the answer arrives ────────────────────────────────────────────────────────────────────────────

  handleRowDescription({ fields }: { readonly fields: readonly Pick<FieldDef, 'name' | 'dataTypeID'>[] }): void {
    this.shape = {
      names: fields.map(({ name }) => name),
      parsers: fields.map(({ dataTypeID }) => parserOf(dataTypeID)),
    }
  }

  handleDataRow({ fields }: { readonly fields: unknown[] }): void {
    const { parsers } = this.shape
    for (let at = 0; at < parsers.length; at += 1) {
      const parse = parsers[at]
      if (parse !== undefined && fields[at] !== null) fields[at] = parse(fields[at] as string)
    }
    this.found.push(fields)
  }

  handleCommandComplete({ text }: { readonly text: string }, connection: Wire): void {
    this.tag = text
    // It may have been closed meanwhile; then its name is prepared, and described, anew.
    if (this.name === undefined || connection.parsedStatements[this.name] === undefined) return
    if (connection.described?.has(this.name)) return
    connection.described ??= new Map()
    connection.described.set(this.name, this.shape)
  }

  handleEmptyQuery(): void {}

  handleError(error: Error & { readonly code?: string }, connection: Wire): void {
    // Somebody else closed it, such as a pooler: the next one prepares it anew.
    if (this.name !== undefined && error.code === noSuchStatement) {
      delete connection.parsedStatements[this.name]
      connection.described?.delete(this.name)
    }
    this.callback?.(error)
  }

  handleReadyForQuery(): void {
    if (this.unsent) this.callback?.(this.unsent)
    else this.callback?.(null, new StatementResult(this.found, this.shape.names, this.tag))
  }
}

// pg lets no other kind of query into a pipeline, as some keep a portal open between messages. This one does not; so it is
// one of pg's own, without what their constructor makes.
Object.setPrototypeOf(LeanQuery.prototype, (pg as unknown as { Query: { prototype: object } }).Query.prototype)

/** Sends messages as one. */
export function send({ outbox, stream }: Wire, messages: readonly Buffer[]): void {
  const message = messages.length === 1 ? messages[0]! : Buffer.concat(messages)
  if (outbox) outbox(message)
  else stream.write(message)
}
