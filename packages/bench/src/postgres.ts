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
export async function openDatabase(env: NodeJS.ProcessEnv = process.env): Promise<BenchDatabase> {
  const server = env.DATABASE_URL ? { url: env.DATABASE_URL, stop: async () => {} } : await startEmbeddedPostgres()
  const name = `holdfast_bench_${randomBytes(4).toString('hex')}`
  const run = (sql: string) => withClient(server.url, (client) => client.query(sql))
  try {
    await waitFor(() => run(`create database ${name}`), env.DATABASE_URL ? 0 : 30_000)
  } catch (error) {
    await server.stop()
    throw error
  }
  const url = new URL(server.url)
  url.pathname = `/${name}`
  return {
    url: url.href,
    close: async () => {
      await run(`drop database if exists ${name} with (force)`).finally(server.stop)
    },
  }
}

/** Connects for the time of `work`. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return await work(client).finally(() => client.end())
}
