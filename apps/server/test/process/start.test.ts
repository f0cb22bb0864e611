import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { PlatformModule } from '../../src/platform/platform.module.js'
import { startServer } from '../support/index.js'
import { failToStart, makeFolder, startReady, stop } from './server-process.js'

const folders: { path: string; remove: () => void }[] = []
const newFolder = () => {
  const folder = makeFolder()
  folders.push(folder)
  return folder.path
}
afterAll(() => {
  for (const folder of folders) folder.remove()
})

/** One clear line, and exit code 1. */
async function expectRefusal(env: Record<string, string>, line: RegExp): Promise<void> {
  const { code, lines } = await failToStart({ DATA_DIR: newFolder(), ...env })
  expect(lines).toEqual([expect.stringMatching(line)])
  expect(code).toBe(1)
}

describe('a server that cannot start says why in one line and exits with 1', () => {
  it('port in use', async () => {
    const other = createServer()
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done))
    const { port } = other.address() as AddressInfo
    await expectRefusal({ PORT: String(port) }, /^holdfast: Port \d+ of 127\.0\.0\.1 is in use .* set PORT/)
    other.close()
  })

  it('unreachable database', () =>
    expectRefusal(
      { DATABASE_URL: 'postgres://u:topsecret@127.0.0.1:1/db' },
      /^holdfast: The database cannot be reached: (?!.*topsecret).*DATABASE_URL/,
    ))

  it('a role the database does not know', async () => {
    const server = await startServer({}, PlatformModule)
    const url = server.databaseUrl.replace(/\/\/[^:@/]+/, '//nobody')
    await expectRefusal({ DATABASE_URL: url }, /^holdfast: The database cannot be reached: .*"nobody"/)
    await server.stop()
  })

  it('data folder that cannot be written', () =>
    expectRefusal(
      { DATA_DIR: '/dev/null/data' },
      /^holdfast: DATA_DIR \/dev\/null\/data cannot be written \(ENOTDIR\)/,
    ))

  it('data folder of a newer PostgreSQL', () => {
    const path = newFolder()
    mkdirSync(join(path, 'postgres'))
    writeFileSync(join(path, 'postgres/PG_VERSION'), '99\n')
    return expectRefusal(
      { DATA_DIR: path },
      /^holdfast: .*postgres was written by PostgreSQL 99 .* start a newer version/,
    )
  })

  it('database of a newer server', async () => {
    const server = await startServer({}, PlatformModule)
    const values = ['future0000009999000']
    await server.database.run({
      text: `insert into holdfast.migrations (timestamp, name) values (9999000, $1)`,
      values,
    })
    await expectRefusal(
      // A superuser's database is warned of first, where the tests run on one.
      { DATABASE_URL: server.databaseUrl, LOG_LEVEL: 'error' },
      /^holdfast: The database was migrated by a newer version .*future/,
    )
    await server.stop()
  })
})

it('reports every wrong setting at once', async () => {
  const { code, lines } = await failToStart({ PORT: 'many', LOG_LEVEL: 'loud' })
  expect(lines).toEqual([
    'holdfast: PORT must be a whole number from 0 to 65535',
    'holdfast: LOG_LEVEL must be one of silent, error, warn, info, debug, trace',
  ])
  expect(code).toBe(1)
})

it('refuses a data folder that another server holds', async () => {
  const path = newFolder()
  const first = await startReady({ DATA_DIR: path })
  await expectRefusal(
    { DATA_DIR: path },
    new RegExp(`^holdfast: DATA_DIR ${path} is in use by another server \\(process ${first.pid}\\)$`),
  )
  expect(await stop(first)).toBe(0)
})

it('runs twice at once with two data folders', async () => {
  const [one, two] = await Promise.all([startReady({ DATA_DIR: newFolder() }), startReady({ DATA_DIR: newFolder() })])
  expect(await Promise.all([stop(one), stop(two)])).toEqual([0, 0])
})
