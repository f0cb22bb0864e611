import { Injectable } from '@nestjs/common'
import { type Collection, SchemaCache } from '../../collections/index.js'
import { invalidAt } from '../../lib/index.js'
import { RecordDatabase } from '../../platform/db/index.js'
import { daysOf } from '../past/kept-days.js'

const dayMs = 24 * 60 * 60 * 1000

/** How far back the history of a collection goes. */
@Injectable()
export class HistoryReach {
  /** When the history of records began that were there before it; undefined where there were none. */
  private readonly begun = new Map<string, Promise<Date | undefined>>()

  constructor(
    private readonly db: RecordDatabase,
    schemas: SchemaCache,
  ) {
    schemas.onChange(() => this.begun.clear())
  }

  /** @throws invalid_query for a time of which nothing is known any more, or nothing yet */
  async require(collection: Collection, time: Date): Promise<void> {
    const days = daysOf(collection.definition.history)
    const begun = await this.begunAt(collection)
    const kept = days === undefined ? undefined : new Date(Date.now() - days * dayMs)
    const first = begun && kept ? new Date(Math.max(+begun, +kept)) : (begun ?? kept)
    if (first === undefined || time >= first) return
    throw invalidAt('invalid_query', 'asOf', `The history of ${collection.name} begins at ${first.toISOString()}`)
  }

  private begunAt({ id }: Collection): Promise<Date | undefined> {
    let begun = this.begun.get(id)
    if (!begun) {
      begun = this.askBegun(id)
      this.begun.set(id, begun)
      begun.catch(() => this.begun.delete(id))
    }
    return begun
  }

  private async askBegun(id: string): Promise<Date | undefined> {
    const text = `select floor(extract(epoch from min(at)) * 1000)::float8 from holdfast.changes_kept where collection = $1 and action = 'base'`
    const { rows } = await this.db.run({ text, values: [id] })
    const at = rows[0]![0] as number | null
    return at === null ? undefined : new Date(at)
  }
}
