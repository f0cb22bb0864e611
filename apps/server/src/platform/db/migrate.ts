import type pg from 'pg'
import { type DataSource, MigrationExecutor, type QueryRunner } from 'typeorm'
import { StartError } from '../config/index.js'
import type { Log } from '../log/index.js'
import { systemSchema } from './open-data-source.js'
import { databaseErrorOf } from './postgres-errors.js'

/** Any number of ours: whoever holds it may migrate. */
const migrationLock = 4_400_001

/** What can run a query: the data source, or the one connection that holds the lock. */
interface Queryable {
  query<Rows>(text: string, values?: unknown[]): Promise<Rows>
}

/**
 * Brings the system schema up to date. Nodes that start together wait for each other, so each migration runs once.
 * @throws StartError when the database is too old, was migrated by a newer server, or does not let us create the schema
 */
export async function migrate(dataSource: DataSource, log: Log): Promise<void> {
  const known = dataSource.migrations.map((migration) => migration.name ?? migration.constructor.name)
  await checkServer(dataSource, log)
  if (isCurrent(known, await listApplied(dataSource))) return
  const runner = dataSource.createQueryRunner()
  const connection: pg.PoolClient & pg.Client = await runner.connect()
  try {
    await runner.query('set statement_timeout = 0; set idle_in_transaction_session_timeout = 0')
    await runner.query('select pg_advisory_lock($1)', [migrationLock])
    await runner.query(`create schema if not exists ${systemSchema}`)
    if (!isCurrent(known, await listApplied(runner))) await runPending(dataSource, runner)
  } catch (error) {
    throw databaseErrorOf(error)?.code === '42501' ? missingRights(error) : error
  } finally {
    // The lock and the settings end with the connection: it does not go back to the pool.
    await connection.end()
    await runner.release()
  }
}

async function runPending(dataSource: DataSource, runner: QueryRunner): Promise<void> {
  const executor = new MigrationExecutor(dataSource, runner)
  executor.transaction = 'each'
  await executor.executePendingMigrations()
}

async function checkServer(database: Queryable, log: Log): Promise<void> {
  const [server] = await database.query<{ version: string; superuser: boolean }[]>(
    `select current_setting('server_version_num') as version, rolsuper as superuser from pg_roles where rolname = current_user`,
  )
  const major = Math.floor(Number(server!.version) / 10_000)
  if (major < 15) throw new StartError(`PostgreSQL ${major} is too old; use version 15 to 18`)
  if (server!.superuser) log.warn('the role of DATABASE_URL is a superuser; one that only owns its database is enough')
}

async function listApplied(database: Queryable): Promise<string[]> {
  const table = `${systemSchema}.migrations`
  const [row] = await database.query<{ found: boolean }[]>('select to_regclass($1) is not null as found', [table])
  if (!row!.found) return []
  return (await database.query<{ name: string }[]>(`select name from ${table}`)).map(({ name }) => name)
}

/** @throws StartError for a migration this server has never heard of */
function isCurrent(known: readonly string[], applied: readonly string[]): boolean {
  const foreign = applied.find((name) => !known.includes(name))
  if (foreign !== undefined)
    throw new StartError(`The database was migrated by a newer version of this server (${foreign}); start that version`)
  return applied.length === known.length
}

const missingRights = (cause: unknown) =>
  new StartError('The role of DATABASE_URL may not create a schema; make it the owner of its database', cause)
