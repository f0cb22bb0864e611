import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import chromium from '@sparticuz/chromium'
import type { TestProject } from 'vitest/node'
import { closeBoss, openBoss } from '../../src/jobs/open-boss.js'
import { parseConfig } from '../../src/platform/config/index.js'
import { Database, migrate, openDataSource } from '../../src/platform/db/index.js'
import { startEmbeddedPostgres } from '../../src/platform/embedded/index.js'
import { createLog } from '../../src/platform/log/index.js'
import { createDatabase, type TestDatabase } from './databases.js'

declare module 'vitest' {
  interface ProvidedContext {
    databaseUrl: string
    /** Of a database that is migrated, and otherwise empty. */
    migratedUrl: string
  }
}

/** The console as it is now: browsers get what was built. */
function buildConsole(): void {
  const script = join(import.meta.dirname, '../../../../scripts/build-console.js')
  const { status } = spawnSync(process.execPath, [script], { stdio: 'inherit' })
  if (status !== 0) throw new Error('The console does not build')
}

/** One PostgreSQL for the whole run: TEST_DATABASE_URL, or an embedded one that need not survive a crash. */
async function startPostgres(): Promise<{ url: string; stop: () => Promise<void> }> {
  const given = process.env['TEST_DATABASE_URL']
  if (given) return { url: given, stop: async () => {} }
  const dataDir = mkdtempSync(join(tmpdir(), 'holdfast-test-'))
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }
  const postgres = await startEmbeddedPostgres({ dataDir, maxConnections: 200, settings })
  return {
    url: postgres.url,
    stop: async () => {
      await postgres.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** What the databases of servers begin as. */
async function createOriginal(serverUrl: string): Promise<TestDatabase> {
  const original = await createDatabase(serverUrl)
  const config = parseConfig({ DATABASE_URL: original.url, LOG_LEVEL: 'error' })
  const dataSource = await openDataSource(config, () => {})
  const { log } = createLog(config)
  await migrate(dataSource, log)
  await closeBoss(await openBoss(new Database(dataSource), [], log))
  await dataSource.destroy()
  return original
}

/**
 * The browser from npm comes packed. Two tests that unpack it at once would each start what the other has half written, so it
 * is there before the first one.
 */
async function unpackBrowser(): Promise<void> {
  if (process.env['CHROMIUM_PATH'] === undefined) await chromium.executablePath()
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  buildConsole()
  await unpackBrowser()
  const postgres = await startPostgres()
  const original = await createOriginal(postgres.url)
  project.provide('databaseUrl', postgres.url)
  project.provide('migratedUrl', original.url)
  return async () => {
    await original.drop()
    await postgres.stop()
  }
}
