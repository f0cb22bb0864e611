import { Injectable } from '@nestjs/common'
import type { Principal } from '../../auth/index.js'
import { AppError } from '../../lib/index.js'
import { Database } from '../../platform/db/index.js'
import { PersonalRecords, RecordsService } from '../../records/index.js'
import { exportedTables, selectExported } from './exported-tables.js'

const pageSize = 200

/** All that is known of a user, line by line; never more of it in memory than a page. */
@Injectable()
export class DataExports {
  constructor(
    private readonly db: Database,
    private readonly records: RecordsService,
    private readonly personal: PersonalRecords,
  ) {}

  /**
   * Lines of JSON (`ExportLine`). Records are those that `reader` may read, as far as `reader` may: the user, or an admin
   * who passes every rule.
   */
  async *lines(reader: Principal, userId: string): AsyncGenerator<string> {
    let count = 0
    const user = await this.findUser(reader, userId)
    if (user !== undefined) yield `{"kind":"user","data":${user}}\n`
    for (const table of Object.keys(exportedTables))
      for (const row of await this.rowsOf(table, userId)) yield `{"kind":"system","table":"${table}","data":${row}}\n`
    for (const { collection, link } of this.personal.list())
      for await (const record of this.recordsOf(reader, collection.name, link.name, userId)) {
        count += 1
        yield `{"kind":"record","collection":"${collection.name}","data":${record}}\n`
      }
    yield `{"kind":"end","records":${count}}\n`
  }

  private async findUser(reader: Principal, userId: string): Promise<string | undefined> {
    return closedAsUndefined(async () => (await this.records.get(reader, 'users', userId, '', this.db)).json)
  }

  private async rowsOf(table: string, userId: string): Promise<string[]> {
    const { rows } = await this.db.run({ text: selectExported(table), values: [userId] })
    return (rows as [string][]).map(([row]) => row)
  }

  private async *recordsOf(reader: Principal, name: string, link: string, userId: string): AsyncGenerator<string> {
    const query = new URLSearchParams({ filter: JSON.stringify({ [link]: userId }), sort: 'id', limit: `${pageSize}` })
    for (;;) {
      const page = await closedAsUndefined(() => this.records.list(reader, name, query.toString()))
      if (page === undefined) return
      const { data, meta } = JSON.parse(page) as { data: unknown[]; meta: { nextCursor?: string | null } }
      for (const record of data) yield JSON.stringify(record)
      if (!meta.nextCursor) return
      query.set('cursor', meta.nextCursor)
    }
  }
}

/** What the reader may not read is not there for them. */
async function closedAsUndefined<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read()
  } catch (error) {
    const closed =
      error instanceof AppError && (error.status === 403 || error.status === 404 || error.code === 'unknown_field')
    if (closed) return undefined
    throw error
  }
}
