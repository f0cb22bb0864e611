import { Injectable } from '@nestjs/common'
import { SchemaCache } from '../../collections/index.js'
import { AppError } from '../../lib/index.js'
import { Database, databaseErrorOf } from '../../platform/db/index.js'
import { Log } from '../../platform/log/index.js'
import { Activity } from '../fan-out/activity.js'
import { Disabling } from './disabling.js'
import { compileEndpoint, type Endpoint } from './endpoint.js'
import type { StoredWebhook } from './webhook.js'
import { listEnabled } from './webhook-store.js'

/** After a change of the schema the webhooks are looked through, once for many changes. */
const gatherMs = 200
/** So many times in a row the filter of a webhook may fail in the database. */
const patience = 4

/** Webhooks as the schema of now has them. One that no longer fits it is disabled, and says why. */
@Injectable()
export class Endpoints {
  private compiled = new Map<string, { readonly revision: number; readonly endpoint: Endpoint }>()
  private readonly faults = new Map<string, number>()
  private timer: NodeJS.Timeout | undefined

  constructor(
    private readonly db: Database,
    private readonly schemas: SchemaCache,
    private readonly disabling: Disabling,
    private readonly activity: Activity,
    private readonly log: Log,
  ) {
    schemas.onChange(() => {
      this.compiled = new Map()
      clearTimeout(this.timer)
      this.timer = setTimeout(() => this.checkAll(), gatherMs).unref()
    })
  }

  /** Undefined when it was disabled just now. */
  async compileOrDisable(webhook: StoredWebhook): Promise<Endpoint | undefined> {
    const known = this.compiled.get(webhook.id)
    if (known?.revision === webhook.revision) return known.endpoint
    const compiled = this.compile(webhook) ?? (await this.compileAgain(webhook))
    if (compiled instanceof AppError) {
      await this.disabling.disable(webhook.id, `The webhook no longer fits the collection: ${compiled.detail}`)
      return undefined
    }
    this.compiled.set(webhook.id, { revision: webhook.revision, endpoint: compiled })
    return compiled
  }

  /** Its filter was asked, and answered. */
  praise({ id }: StoredWebhook): void {
    this.faults.delete(id)
  }

  /**
   * The database refuses to answer its filter: a statement that takes too long, a value that cannot be computed. The log
   * waits for it, and all other webhooks with it, so it is disabled soon.
   */
  async blame({ id }: StoredWebhook, error: unknown): Promise<void> {
    if (!/^(21|22|42|54|57014)/.test(databaseErrorOf(error)?.code ?? '')) return
    const faults = (this.faults.get(id) ?? 0) + 1
    this.faults.set(id, faults)
    await this.schemas.reload()
    if (faults >= patience) await this.disabling.disable(id, 'The database could not answer its filter')
  }

  private compile(webhook: StoredWebhook): Endpoint | undefined {
    try {
      return compileEndpoint(webhook, this.schemas.current)
    } catch {
      return undefined
    }
  }

  /** The schema of this node may be older than the webhook. */
  private async compileAgain(webhook: StoredWebhook): Promise<Endpoint | AppError> {
    await this.schemas.reload()
    try {
      return compileEndpoint(webhook, this.schemas.current)
    } catch (error) {
      if (error instanceof AppError) return error
      throw error
    }
  }

  private checkAll(): void {
    if (!this.activity.active) return
    const check = async (): Promise<void> => {
      for (const webhook of await listEnabled(this.db)) await this.compileOrDisable(webhook)
    }
    check().catch((err: unknown) => this.log.warn({ err }, 'webhooks could not be checked against the new schema'))
  }
}
