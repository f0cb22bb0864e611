import type { SlowStatement, SlowStatements } from '@holdfast/contract'
import type { Database } from '../../platform/db/index.js'
import { addSparse, bucketCount, percentile } from '../metrics/latency.js'

type StoredStatement = Omit<SlowStatement, 'p95Ms' | 'calls' | 'meanMs'> & { readonly buckets: number[] }
type Calls = ReadonlyMap<string, { readonly calls: number; readonly meanMs: number }>

/** Those that took most time together come first. */
export async function findSlow(db: Database, thresholdMs: number): Promise<SlowStatements> {
  const { rows } = await db.run({ text: list, values: [] })
  const calls = await readCalls(db)
  const statements = rows.map(([json]): SlowStatement => {
    const { buckets, ...statement } = JSON.parse(json as string) as StoredStatement
    const counted = new Uint32Array(bucketCount)
    addSparse(counted, buckets)
    const known = calls?.get(normalized(statement.sql))
    const p95Ms = Math.round(Math.min(statement.maxMs, percentile(counted, 0.95) ?? statement.maxMs) * 10) / 10
    return { ...statement, p95Ms, calls: known?.calls ?? null, meanMs: known?.meanMs ?? null }
  })
  return { thresholdMs, counted: calls !== undefined, statements }
}

/** Forgets one, or all: for a new start after an index was made. */
export async function forgetSlow(db: Database, id: string | undefined): Promise<number> {
  const text = `delete from holdfast.slow_statements where $1::text is null or id = $1`
  return (await db.run({ text, values: [id ?? null] })).rowCount ?? 0
}

/** What PostgreSQL itself counts, where it is set up to. @returns undefined where it is not, or not for us to see */
async function readCalls(db: Database): Promise<Calls | undefined> {
  const { rows: found } = await db.run({ text: findExtension, values: [] })
  const schema = found[0]?.[0] as string | undefined
  if (schema === undefined) return undefined
  try {
    const { rows } = await db.run({ text: readStatements(schema), values: [] })
    return new Map(
      rows.map(([query, calls, meanMs]) => [
        normalized(query as string),
        { calls: Number(calls), meanMs: Math.round(Number(meanMs) * 100) / 100 },
      ]),
    )
  } catch {
    // It has to be loaded when PostgreSQL starts; the extension alone refuses.
    return undefined
  }
}

const normalized = (sql: string): string => sql.replaceAll(/\s+/g, ' ').trim()

const list = `
  select json_build_object('id', id, 'sql', sql, 'collection', collection, 'count', count, 'totalMs', round(total_ms::numeric, 1),
    'maxMs', round(max_ms::numeric, 1), 'buckets', buckets, 'firstAt', to_char(first_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
    'lastAt', to_char(last_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'advice', coalesce(advice, '[]'::json))::text
  from holdfast.slow_statements where count > 0 order by total_ms desc limit 100`
const findExtension = `
  select quote_ident(n.nspname) from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'pg_stat_statements'`
const readStatements = (schema: string): string => `
  select query, sum(calls)::float8, sum(total_exec_time) / greatest(sum(calls), 1) from ${schema}.pg_stat_statements
  where dbid = (select oid from pg_database where datname = current_database()) group by query
  order by sum(total_exec_time) desc limit 2000`
