import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { startEmbeddedPostgres } from './embedded-postgres.js'
import { waitFor } from './processes.js'

/** A database that exists for one run of the benchmark. */
export interface BenchDatabase {
  readonly url: string
  /** Drops everything this run made. */
  close(): Promise<void>
}

/** A new database: of the server behind `DATABASE_URL`, else of an embedded PostgreSQL in a temporary folder. */
export const openDatabase = (env: NodeJS.ProcessEnv = process.env): Promise<BenchDatabase> =>
  env.DATABASE_URL ? createDatabase(env.DATABASE_URL) : startDatabase()

async function createDatabase(serverUrl: string): Promise<BenchDatabase> {
  const name = `holdfast_bench_${randomBytes(4).toString('hex')}`
  const run = (sql: string) => withClient(serverUrl, (client) => client.query(sql))
  await run(`create database ${name}`)
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return {
    url: url.href,
    close: async () => {
      await run(`drop database if exists ${name} with (force)`)
    },
  }
}

async function startDatabase(): Promise<BenchDatabase> {
  const server = await startEmbeddedPostgres()
  try {
    const { url } = await waitFor(() => createDatabase(server.url), 30_000)
    return { url, close: server.stop }
  } catch (error) {
    await server.stop()
    throw error
  }
}

/** Connects for the time of `work`. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  // A lost connection shows in the query that needs it.
  client.on('error', () => {})
  await client.connect()
  return await work(client).finally(() => client.end())
}
