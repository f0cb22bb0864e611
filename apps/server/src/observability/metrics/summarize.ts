import { createRequire } from 'node:module'
import type { ObserveSummary } from '@holdfast/contract'
import type { Database } from '../../platform/db/index.js'
import { readSeries } from './metrics-store.js'

const minutes = 5

/** The last five minutes, and what waits for somebody to look at it. */
export async function summarize(db: Database): Promise<ObserveSummary> {
  const to = new Date()
  const from = new Date(to.getTime() - minutes * 60_000)
  const [[point], { rows }] = await Promise.all([
    readSeries(db, from, to, minutes * 120).then((points) => points.slice(-1)),
    db.run({ text: counts, values: [] }),
  ])
  const [databaseBytes, slowStatements, failedJobs] = rows[0]!.map(Number)
  return {
    requestsPerMinute: Math.round(((point?.requests ?? 0) / minutes) * 10) / 10,
    serverErrors: point?.serverErrors ?? 0,
    p95Ms: point?.p95Ms ?? null,
    uptimeSeconds: Math.round(process.uptime()),
    memoryBytes: process.memoryUsage.rss(),
    version,
    databaseBytes: databaseBytes!,
    slowStatements: slowStatements!,
    failedJobs: failedJobs!,
  }
}

const { version } = createRequire(import.meta.url)('../../../package.json') as { version: string }

const counts = `
  select pg_database_size(current_database()), (select count(*) from holdfast.slow_statements where last_at > now() - interval '1 day'),
    case when to_regclass('pgboss.job') is null then 0 else (xpath('/row/n/text()', query_to_xml(
      $$ select count(*) as n from pgboss.job where state = 'failed' $$, false, true, '')))[1]::text::int end`
