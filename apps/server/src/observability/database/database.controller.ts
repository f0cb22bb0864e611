import type { DatabaseFacts, DatabaseSample, One } from '@holdfast/contract'
import { Controller, Get, Query } from '@nestjs/common'
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger'
import { Database } from '../../platform/db/index.js'
import { Admin } from '../../platform/http/index.js'
import { Answers, flag, listOf, mapOf, number, orNull, shape, text, time, whole } from '../describe.js'
import { parseRange } from '../metrics/parse-range.js'
import { readFacts, readSamples } from './database-facts.js'

const monthMs = 30 * 24 * 3_600_000
const table = shape({
  name: text,
  isCollection: flag,
  rows: whole,
  deadRows: whole,
  tableBytes: whole,
  indexBytes: whole,
  toastBytes: whole,
  totalBytes: whole,
  lastVacuumAt: orNull(time),
})

@ApiTags('Observe')
@Admin()
@Controller('admin/observe/database')
export class DatabaseController {
  constructor(private readonly db: Database) {}

  @Get()
  @ApiOperation({ summary: 'Sizes of the database and its tables, connections and what hinders them' })
  @Answers(
    shape({
      version: text,
      bytes: whole,
      changeLogBytes: whole,
      connections: shape({ used: whole, most: whole, active: whole, idleInTransaction: whole }),
      cacheHit: orNull(number),
      longestTransactionSeconds: orNull(number),
      deadlocks: whole,
      tables: listOf(table),
    }),
  )
  async facts(): Promise<One<DatabaseFacts>> {
    return { data: await readFacts(this.db) }
  }

  @Get('growth')
  @ApiOperation({ summary: 'The size of the database and of collections over time, by the hour' })
  @ApiQuery({ name: 'from', required: false, schema: time, description: 'Default: 30 days ago' })
  @ApiQuery({ name: 'to', required: false, schema: time, description: 'Default: now' })
  @Answers(listOf(shape({ at: time, bytes: whole, tables: mapOf(whole) })))
  async growth(@Query() raw: Record<string, unknown>): Promise<One<DatabaseSample[]>> {
    const { from, to } = parseRange({ ...raw, step: String(24 * 3600) }, monthMs)
    return { data: await readSamples(this.db, from, to) }
  }
}
