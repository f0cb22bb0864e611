import type { ChannelDefinition, Json } from '@holdfast/contract'
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common'
import { SchemaCache } from '../../collections/index.js'
import { defineError } from '../../lib/index.js'
import { Database, type Executor, Signals } from '../../platform/db/index.js'
import { Log } from '../../platform/log/index.js'
import { deleteChannel, insertChannel, readChannels, updateChannel } from './channel-store.js'
import { type CheckedChannel, parseDefinition } from './parse-definition.js'

const signal = 'channels'
const pollMs = 1000

const notFound = defineError('not_found')
const conflict = defineError('conflict')

/** The kinds of channels this node serves. A change made by any node arrives by signal; while none can, they are read anew. */
@Injectable()
export class ChannelDefinitions implements OnApplicationBootstrap, OnApplicationShutdown {
  private byName: ReadonlyMap<string, CheckedChannel> = new Map()
  private stored = '[]'
  private readonly handlers: (() => void)[] = []
  private reading: Promise<void> = Promise.resolve()
  private timer: NodeJS.Timeout | undefined

  constructor(
    private readonly db: Database,
    private readonly signals: Signals,
    private readonly schemas: SchemaCache,
    private readonly log: Log,
  ) {
    signals.on(signal, () => this.follow())
    signals.onReset(() => this.follow())
    schemas.onChange(() => this.tell())
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.reload()
    this.timer = setInterval(() => this.signals.healthy || this.follow(), pollMs)
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer)
    await this.reading
  }

  find(name: string): CheckedChannel | undefined {
    return this.byName.get(name)
  }

  /** Calls `handler` after each change of a definition or of the schema they speak about. */
  onChange(handler: () => void): void {
    this.handlers.push(handler)
  }

  /** Names of those with channels for the records of a collection. */
  kindsOf(collectionId: string): string[] {
    return this.kindsOfRecords().filter((name) => this.byName.get(name)!.collectionId === collectionId)
  }

  kindsOfRecords(): string[] {
    return [...this.byName.values()].flatMap(({ definition, collectionId }) => (collectionId ? definition.name : []))
  }

  list(): ChannelDefinition[] {
    return [...this.byName.values()].map((channel) => this.toAnswer(channel))
  }

  /** @throws not_found */
  get(name: string): ChannelDefinition {
    const channel = this.byName.get(name)
    if (!channel) throw notFound('There is no such channel')
    return this.toAnswer(channel)
  }

  /** @throws invalid_definition, conflict */
  async create(raw: Json): Promise<ChannelDefinition> {
    const channel = parseDefinition(raw, this.schemas.current)
    await this.change(async (db) => {
      if (!(await insertChannel(db, channel)))
        throw conflict('There is such a channel already', { hint: 'Replace it with PUT.' })
    })
    return this.get(channel.definition.name)
  }

  /** @throws invalid_definition, not_found */
  async replace(name: string, raw: Json): Promise<ChannelDefinition> {
    const channel = parseDefinition(raw, this.schemas.current)
    await this.change(async (db) => {
      if (!(await updateChannel(db, channel))) throw notFound('There is no such channel')
    })
    return this.get(name)
  }

  /** @throws not_found */
  async drop(name: string): Promise<ChannelDefinition> {
    const channel = this.get(name)
    await this.change(async (db) => {
      if (!(await deleteChannel(db, name))) throw notFound('There is no such channel')
    })
    return channel
  }

  // ── steps ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** With the name its collection has now. */
  private toAnswer({ definition, collectionId }: CheckedChannel): ChannelDefinition {
    if (collectionId === null) return definition
    const collection = [...this.schemas.current.collections.values()].find(({ id }) => id === collectionId)
    return collection ? { ...definition, collection: collection.name } : definition
  }

  /** This node serves the change before it is answered. */
  private async change(work: (db: Executor) => Promise<void>): Promise<void> {
    await this.db.transaction(async (transaction) => {
      await work(transaction)
      await this.signals.send(signal, '', transaction)
    })
    await this.reload()
  }

  private follow(): void {
    this.reload().catch((error: unknown) => this.log.warn({ err: error }, 'the channels could not be read'))
  }

  /** One after the other, so that what was read last is what is served. */
  private reload(): Promise<void> {
    const read = this.reading.then(async () => this.serve(await readChannels(this.db)))
    this.reading = read.catch(() => {})
    return read
  }

  private serve(channels: readonly CheckedChannel[]): void {
    const text = JSON.stringify(channels)
    if (text === this.stored) return
    this.stored = text
    this.byName = new Map(channels.map((channel) => [channel.definition.name, channel]))
    this.tell()
  }

  private tell(): void {
    for (const handler of this.handlers) handler()
  }
}
