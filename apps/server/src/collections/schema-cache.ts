import { Injectable, type OnApplicationShutdown } from '@nestjs/common'
import { defineError } from '../lib/index.js'
import { Database, databaseErrorOf, Signals } from '../platform/db/index.js'
import { Log } from '../platform/log/index.js'
import type { Collection, Schema } from './collection.js'
import { compileSchema } from './compile-schema.js'
import { readSchema } from './schema-store.js'
import { addExtensions, readFeatures } from './search/features.js'

/** The signal that the schema changed; its payload is the new version. */
export const schemaChannel = 'schema'

const collectionNotFound = defineError('collection_not_found')
const unavailable = defineError('unavailable')
const retryAfter = { 'retry-after': '1' }
const attempts = 5
const pollMs = 400

/** Errors of statements whose table or columns changed: unknown names and types, outdated plans, a value that is now required. */
const isOutdated = (error: unknown): boolean => /^(42|0A|XX|23502)/.test(databaseErrorOf(error)?.code ?? '')

/**
 * The schema this node serves: a frozen snapshot, replaced as a whole. A change made by any node arrives by signal; while
 * signals cannot arrive, or a reload failed, the version is asked for instead.
 */
@Injectable()
export class SchemaCache implements OnApplicationShutdown {
  private schema = compileSchema([], -1)
  private readonly handlers: (() => void)[] = []
  private announced = -1
  private timer: NodeJS.Timeout | undefined

  constructor(
    private readonly database: Database,
    private readonly signals: Signals,
    private readonly log: Log,
  ) {}

  /** The snapshot to use for a whole request. No I/O. */
  get current(): Schema {
    return this.schema
  }

  /** @throws collection_not_found */
  get(name: string): Collection {
    const collection = this.schema.collections.get(name)
    if (!collection) throw collectionNotFound('There is no such collection')
    return collection
  }

  /** Calls `handler` after each change of the schema, so that what was derived from it can be dropped. */
  onChange(handler: () => void): void {
    this.handlers.push(handler)
  }

  /**
   * Runs work that plans on the current schema and asks PostgreSQL, and again when the schema changed in between: its
   * statement failed on a table or column that is no longer what it was, so nothing has happened.
   * @throws unavailable when the schema changes faster than the work gets done
   */
  async consistently<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const planned = this.schema
      try {
        return await work()
      } catch (error) {
        if (!isOutdated(error)) throw error
        await this.reload()
        if (this.schema === planned) throw error
        if (attempt === attempts)
          throw unavailable('The collections are being changed', { cause: error, headers: retryAfter })
      }
    }
  }

  /** Reads the schema and serves it, unless a newer one is served already. */
  async reload(): Promise<void> {
    const { version, definitions } = await readSchema(this.database)
    if (version <= this.schema.version) return
    this.replace(compileSchema(definitions, version, await readFeatures(this.database)))
  }

  /** Loads the schema and follows its changes from now on. */
  async start(): Promise<void> {
    await this.prepareExtensions()
    this.signals.on(schemaChannel, (version) => {
      this.announced = Math.max(this.announced, Number(version))
      this.follow()
    })
    this.signals.onReset(() => this.follow(true))
    await this.reload()
    this.timer = setInterval(() => this.follow(!this.signals.healthy), pollMs)
  }

  /** A database that could not have an extension when it was set up may have it now. */
  private async prepareExtensions(): Promise<void> {
    const missing = await addExtensions(this.database)
    if (missing.includes('pg_trgm') || missing.includes('fuzzystrmatch'))
      this.log.warn({ missing }, 'the database lacks an extension: search does not forgive typos')
    if (missing.includes('vector')) this.log.debug('the database has no pgvector: $nearest compares with every vector')
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer)
  }

  /** Reloads when a newer version was announced, or in any case. What fails is tried again by the timer. */
  private follow(anyway = false): void {
    if (!anyway && this.announced <= this.schema.version) return
    this.reload().catch((error: unknown) => this.log.warn({ err: error }, 'the schema could not be reloaded'))
  }

  private replace(schema: Schema): void {
    this.schema = schema
    this.database.forgetStatements()
    for (const handler of this.handlers) handler()
  }
}
