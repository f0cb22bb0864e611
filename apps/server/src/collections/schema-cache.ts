import { Injectable, type OnApplicationShutdown } from '@nestjs/common'
import { defineError } from '../lib/index.js'
import { Database, Signals } from '../platform/db/index.js'
import { Log } from '../platform/log/index.js'
import type { Collection, Schema } from './collection.js'
import { compileSchema } from './compile-schema.js'
import { readSchema } from './schema-store.js'

/** The signal that the schema changed; its payload is the new version. */
export const schemaChannel = 'schema'

const collectionNotFound = defineError('collection_not_found')
const pollMs = 400

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

  /** Reads the schema and serves it, unless a newer one is served already. */
  async reload(): Promise<void> {
    const { version, definitions } = await readSchema(this.database)
    if (version > this.schema.version) this.replace(compileSchema(definitions, version))
  }

  /** Loads the schema and follows its changes from now on. */
  async start(): Promise<void> {
    this.signals.on(schemaChannel, (version) => {
      this.announced = Math.max(this.announced, Number(version))
      this.follow()
    })
    this.signals.onReset(() => this.follow(true))
    await this.reload()
    this.timer = setInterval(() => this.follow(!this.signals.healthy), pollMs)
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
