import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

/** A database in the PostgreSQL of this test run. */
export interface TestDatabase {
  readonly url: string
  drop(): Promise<void>
}

/** An empty one in the PostgreSQL at `serverUrl`, or a copy of another there that nobody is connected to. */
export async function createDatabase(serverUrl: string, originalUrl?: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`
  await onServer(serverUrl, `create database ${name}${originalUrl ? ` template ${nameIn(originalUrl)}` : ''}`)
  return {
    url: serverUrl.replace(/\/[^/?]*(\?|$)/, `/${name}$1`),
    drop: () => dropDatabase(serverUrl, name),
  }
}

const nameIn = (url: string): string => /\/([^/?]*)(\?|$)/.exec(url.slice(url.indexOf('@')))![1]!

/** Only a superuser may end autovacuum, which may be at work in the database: it is soon done. */
async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await onServer(serverUrl, `drop database if exists ${name} with (force)`)
    } catch (error) {
      if (attempt === 20) throw error
      await sleep(250)
    }
  }
}

async function onServer(serverUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
