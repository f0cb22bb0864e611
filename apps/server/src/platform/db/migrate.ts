import type pg from 'pg'
import type { DataSource } from 'typeorm'
import { type Config, StartError } from '../config/index.js'
import { connect, systemSchema } from './open-data-source.js'

/** Any number of ours: whoever holds it may migrate. */
const migrationLock = 4_400_001

/**
 * Brings the system schema up to date. Nodes that start together wait for each other, so each migration runs once.
 * @throws StartError when the database is too old, or was migrated by a newer server
 */
export async function migrate(config: Config, dataSource: DataSource): Promise<void> {
  const known = dataSource.migrations.map((migration) => migration.name ?? migration.constructor.name)
  const client = await connect(config, 'holdfast migrate')
  try {
    await checkServerVersion(client)
    if (isCurrent(known, await listApplied(client))) return
    await client.query('select pg_advisory_lock($1)', [migrationLock])
    await client.query(`create schema if not exists ${systemSchema}`)
    if (!isCurrent(known, await listApplied(client))) await dataSource.runMigrations({ transaction: 'each' })
  } finally {
    await client.end()
  }
}

async function checkServerVersion(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ version: string }>('select current_setting($1) as version', [
    'server_version_num',
  ])
  const major = Math.floor(Number(rows[0]!.version) / 10_000)
  if (major < 15) throw new StartError(`PostgreSQL ${major} is too old; use version 15 to 18`)
}

async function listApplied(client: pg.Client): Promise<string[]> {
  const table = `${systemSchema}.migrations`
  const { rows } = await client.query<{ found: boolean }>('select to_regclass($1) is not null as found', [table])
  if (!rows[0]!.found) return []
  return (await client.query<{ name: string }>(`select name from ${table}`)).rows.map((row) => row.name)
}

/** @throws StartError for a migration this server has never heard of */
function isCurrent(known: readonly string[], applied: readonly string[]): boolean {
  const foreign = applied.find((name) => !known.includes(name))
  if (foreign !== undefined)
    throw new StartError(`The database was migrated by a newer version of this server (${foreign}); start that version`)
  return applied.length === known.length
}
