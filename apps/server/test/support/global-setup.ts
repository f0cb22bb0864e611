import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startEmbeddedPostgres } from '../../src/platform/embedded/index.js'

declare module 'vitest' {
  interface ProvidedContext {
    databaseUrl: string
  }
}

/** The console as it is now: browsers get what was built. */
function buildConsole(): void {
  const script = join(import.meta.dirname, '../../../../scripts/build-console.js')
  const { status } = spawnSync(process.execPath, [script], { stdio: 'inherit' })
  if (status !== 0) throw new Error('The console does not build')
}

/** One PostgreSQL for the whole run: TEST_DATABASE_URL, or an embedded one that need not survive a crash. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  buildConsole()
  const given = process.env['TEST_DATABASE_URL']
  if (given) {
    project.provide('databaseUrl', given)
    return undefined
  }
  const dataDir = mkdtempSync(join(tmpdir(), 'holdfast-test-'))
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }
  const postgres = await startEmbeddedPostgres({ dataDir, maxConnections: 200, settings })
  project.provide('databaseUrl', postgres.url)
  return async () => {
    await postgres.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}
