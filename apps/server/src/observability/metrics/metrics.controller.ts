import { type MetricsSeries, type ObserveSummary, type One, requestClasses } from '@holdfast/contract'
import { Controller, Get, Query } from '@nestjs/common'
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger'
import { Database } from '../../platform/db/index.js'
import { Admin } from '../../platform/http/index.js'
import { Answers, listOf, number, orNull, shape, text, time, whole } from '../describe.js'
import { Metrics } from './metrics.js'
import { findSince, readSeries } from './metrics-store.js'
import { parseRange } from './parse-range.js'
import { summarize } from './summarize.js'

const ofKind = shape({ requests: whole, errors: whole, p95Ms: number })
const point = shape({
  at: time,
  requests: whole,
  clientErrors: whole,
  serverErrors: whole,
  p50Ms: orNull(number),
  p95Ms: orNull(number),
  p99Ms: orNull(number),
  classes: { type: 'object', properties: Object.fromEntries(requestClasses.map((name) => [name, ofKind])) },
  eventLoopDelayMs: orNull(number),
  memoryBytes: orNull(whole),
  databaseBusy: orNull(number),
  databaseWaiting: orNull(number),
  connections: orNull(number),
  jobsDone: whole,
  jobsFailed: whole,
  mailsSent: whole,
  mailsFailed: whole,
  notLogged: whole,
})

@ApiTags('Observe')
@Admin()
@Controller('admin/observe')
export class MetricsController {
  constructor(
    private readonly db: Database,
    private readonly metrics: Metrics,
  ) {}

  @Get('metrics')
  @ApiOperation({ summary: 'Numbers over time, of all nodes together: requests, times, errors, memory, connections' })
  @ApiQuery({ name: 'from', required: false, schema: time, description: 'Default: an hour ago' })
  @ApiQuery({ name: 'to', required: false, schema: time, description: 'Default: now' })
  @ApiQuery({
    name: 'step',
    required: false,
    schema: whole,
    description: 'Seconds between two points, in whole minutes',
  })
  @Answers(shape({ from: time, to: time, stepSeconds: whole, since: orNull(time), points: listOf(point) }))
  async series(@Query() raw: Record<string, unknown>): Promise<One<MetricsSeries>> {
    const { from, to, stepSeconds } = parseRange(raw)
    await this.metrics.flush()
    const [since, points] = await Promise.all([findSince(this.db), readSeries(this.db, from, to, stepSeconds)])
    return { data: { from: from.toISOString(), to: to.toISOString(), stepSeconds, since, points } }
  }

  @Get('summary')
  @ApiOperation({ summary: 'How the server does, in a few numbers' })
  @Answers(
    shape({
      requestsPerMinute: number,
      serverErrors: whole,
      p95Ms: orNull(number),
      uptimeSeconds: whole,
      memoryBytes: whole,
      version: text,
      databaseBytes: whole,
      slowStatements: whole,
      failedJobs: whole,
    }),
  )
  async summary(): Promise<One<ObserveSummary>> {
    await this.metrics.flush()
    return { data: await summarize(this.db) }
  }
}
