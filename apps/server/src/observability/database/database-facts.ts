import type { DatabaseFacts, DatabaseSample } from '@holdfast/contract'
import type { Database } from '../../platform/db/index.js'

/** Tables of samples beyond so many are told together. */
const tablesPerSample = 40

/** What PostgreSQL knows of itself. Statistics, no counting of rows: quick however large the tables are. */
export async function readFacts(db: Database): Promise<DatabaseFacts> {
  const { rows } = await db.run({ text: facts, values: [] })
  return JSON.parse(rows[0]![0] as string) as DatabaseFacts
}

export async function takeSample(db: Database): Promise<void> {
  const { bytes, tables } = await readFacts(db)
  const largest = tables.filter(({ isCollection }) => isCollection).slice(0, tablesPerSample)
  const sample = { bytes, tables: Object.fromEntries(largest.map(({ name, totalBytes }) => [name, totalBytes])) }
  await db.run({ text: insertSample, values: [JSON.stringify(sample)] })
  await db.run({ text: thin, values: [] })
}

/** The newest first to be left out: at most 400 points, evenly. */
export async function readSamples(db: Database, from: Date, to: Date): Promise<DatabaseSample[]> {
  const { rows } = await db.run({ text: samples, values: [from.toISOString(), to.toISOString()] })
  return rows.map(([json]) => JSON.parse(json as string) as DatabaseSample)
}

/** Whether there was a sample in the last hour. */
export async function hasSample(db: Database): Promise<boolean> {
  const text = `select exists (select from holdfast.database_samples where at > now() - interval '1 hour')`
  return (await db.run({ text, values: [] })).rows[0]![0] as boolean
}

const facts = `
  with tables as (
    select c.oid, n.nspname, c.relname, n.nspname = 'public' and c.relname in (select name from holdfast.collections) as is_collection,
      greatest(coalesce(s.n_live_tup, 0), greatest(c.reltuples, 0))::int8 as rows, coalesce(s.n_dead_tup, 0) as dead_rows,
      pg_relation_size(c.oid) as table_bytes, pg_indexes_size(c.oid) as index_bytes,
      pg_total_relation_size(c.oid) as total_bytes, greatest(s.last_vacuum, s.last_autovacuum) as vacuumed
    from pg_class c join pg_namespace n on n.oid = c.relnamespace left join pg_stat_all_tables s on s.relid = c.oid
    where c.relkind in ('r', 'm', 'p') and n.nspname in ('public', 'holdfast', 'pgboss'))
  select json_build_object(
    'version', current_setting('server_version'),
    'bytes', pg_database_size(current_database()),
    'changeLogBytes', (select coalesce(sum(total_bytes), 0)::int8 from tables where nspname = 'holdfast' and relname ~ '^changes'),
    'connections', (select json_build_object('used', count(*), 'most', current_setting('max_connections')::int,
        'active', count(*) filter (where state = 'active'),
        'idleInTransaction', count(*) filter (where state like 'idle in transaction%'))
      from pg_stat_activity where backend_type = 'client backend'),
    'cacheHit', (select round(blks_hit::numeric / nullif(blks_hit + blks_read, 0), 4) from pg_stat_database where datname = current_database()),
    'longestTransactionSeconds', (select round(extract(epoch from max(clock_timestamp() - xact_start))::numeric, 1)
      from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'),
    'deadlocks', (select deadlocks from pg_stat_database where datname = current_database()),
    'tables', (select coalesce(json_agg(json_build_object(
        'name', case when is_collection then relname else nspname || '.' || relname end, 'isCollection', is_collection,
        'rows', rows, 'deadRows', dead_rows, 'tableBytes', table_bytes, 'indexBytes', index_bytes,
        'toastBytes', greatest(0, total_bytes - table_bytes - index_bytes), 'totalBytes', total_bytes,
        'lastVacuumAt', to_char(vacuumed, 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) order by total_bytes desc), '[]') from tables))::text`

const insertSample = `
  insert into holdfast.database_samples (at, data) values (date_trunc('minute', now()), $1) on conflict (at) do nothing`

// By the hour for a month, then by the day, for three years.
const thin = `
  delete from holdfast.database_samples s where at < now() - interval '3 years' or at < now() - interval '31 days' and exists (
    select from holdfast.database_samples e where e.at < s.at and e.at >= date_trunc('day', s.at))`

const samples = `
  with found as (
    select at, data, row_number() over (order by at desc) - 1 as place, count(*) over () as total
    from holdfast.database_samples where at >= $1 and at < $2)
  select json_build_object('at', to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'bytes', data->'bytes', 'tables', data->'tables')::text
  from found where place % (1 + total / 400) = 0 order by at`
