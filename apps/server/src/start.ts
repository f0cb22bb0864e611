import { type Config, parseConfig } from './platform/config/index.js'
import { startEmbeddedPostgres } from './platform/embedded/index.js'
import { createLog, type Log } from './platform/log/index.js'
import { Shutdown } from './shutdown.js'

/** Connections beside those of the pool: signals, migrations, a person with psql. */
const spareConnections = 20

/**
 * The life of the process: read the environment, start PostgreSQL while the code of the server is loaded, serve until told to stop.
 * What hinders the start is told in one line and the process exits with 1.
 */
export async function start(env: NodeJS.ProcessEnv): Promise<void> {
  const shutdown = new Shutdown()
  try {
    const config = parseConfig(env)
    const { log, flush } = createLog(config)
    shutdown.watch(log, flush)
    const [databaseUrl, { serve }] = await Promise.all([findDatabase(config, shutdown, log), import('./serve.js')])
    await serve({ ...config, databaseUrl }, log, shutdown)
  } catch (error) {
    await shutdown.fail(error)
  }
}

async function findDatabase(config: Config, shutdown: Shutdown, log: Log): Promise<string> {
  if (config.databaseUrl !== undefined) return config.databaseUrl
  const postgres = await startEmbeddedPostgres({
    dataDir: config.dataDir,
    maxConnections: config.databasePoolSize + spareConnections,
    onCrash: () => log.error('PostgreSQL ended unexpectedly; starting it again'),
    onLost: (error) => shutdown.fail(error),
  })
  shutdown.add(postgres.stop)
  return postgres.url
}
