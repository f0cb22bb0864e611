import pg from 'pg'
import { DataSource, getMetadataArgsStorage, type Logger } from 'typeorm'
import { type Config, StartError } from '../config/index.js'
import { Connection } from './connection.js'
import { migrations } from './migrations/index.js'
import { processName } from './process-name.js'
import { StatementWatch } from './statement-watch.js'

/** The schema of the system's own tables; collections live in `public`. */
export const systemSchema = 'holdfast'

/**
 * Sent first on every connection; the second line ends a transaction whose request hangs. Compiling a query to machine code
 * takes PostgreSQL longer than nearly all of ours run. The last line is for the extensions of
 * search, where they are: words with two fifths of their trigrams in common are looked at for typos; and an index of
 * vectors goes on until enough records pass the other conditions, not only its first forty.
 */
const sessionSettings = (config: Config) => `
  set timezone = 'UTC'; set datestyle = 'ISO'; set intervalstyle = 'iso_8601'; set search_path = public;
  set statement_timeout = ${config.statementTimeoutMs}; set idle_in_transaction_session_timeout = 5000;
  set jit = off;
  set pg_trgm.word_similarity_threshold = 0.4; set hnsw.iterative_scan = strict_order`

/** TypeORM would write to the console; what goes wrong is thrown, and logged once by who catches it. */
const silent: Logger = {
  logQuery: () => {},
  logQueryError: () => {},
  logQuerySlow: () => {},
  logSchemaBuild: () => {},
  logMigration: () => {},
  log: () => {},
}

/** A connection from outside the pool, such as one that listens; ended by who asked for it. */
export async function connect(config: Config, applicationName: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: config.databaseUrl,
    application_name: applicationName,
    connectionTimeoutMillis: 5000,
    keepAlive: true,
  })
  // An error that nobody listens for ends the process, and one may come before whoever asked has the connection.
  client.on('error', () => {})
  await client.connect()
  return client
}

/**
 * Connects TypeORM: its pool serves every statement of the server.
 * @throws StartError when the database cannot be reached
 */
export async function openDataSource(config: Config, onIdleError: (error: Error) => void): Promise<DataSource> {
  const dataSource = new DataSource({
    type: 'postgres',
    driver: pg,
    url: config.databaseUrl,
    schema: systemSchema,
    // Every entity the imported modules declare; each domain owns its own.
    entities: getMetadataArgsStorage().tables.map((table) => table.target),
    migrations: [...migrations],
    migrationsTableName: 'migrations',
    installExtensions: false,
    logger: silent,
    invalidWhereValuesBehavior: { null: 'throw', undefined: 'throw' },
    poolSize: config.databasePoolSize,
    connectTimeoutMS: 5000,
    poolErrorHandler: onIdleError,
    extra: {
      Client: Connection,
      watch: new StatementWatch(),
      application_name: processName,
      keepAlive: true,
      // Connections stay open: no timer per query, and no reconnecting after a quiet minute.
      idleTimeoutMillis: 0,
      onConnect: (client: pg.Client) => client.query(sessionSettings(config)),
    },
  })
  try {
    return await dataSource.initialize()
  } catch (error) {
    throw new StartError(`The database cannot be reached: ${describe(error)}; check DATABASE_URL`, error)
  }
}

/** Node reports a host with several addresses as an error without a message. */
function describe(error: unknown): string {
  const { message, code, errors } = error as { message?: string; code?: string; errors?: Error[] }
  return message || errors?.map((each) => each.message).join(', ') || code || String(error)
}
