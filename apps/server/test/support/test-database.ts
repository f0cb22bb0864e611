import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { inject } from 'vitest'

/** A database in the PostgreSQL of this test run. */
export interface TestDatabase {
  readonly url: string
  drop(): Promise<void>
}

/** An empty one, or a copy of another that nobody is connected to. */
export async function createTestDatabase(original?: TestDatabase): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`
  await onServer(`create database ${name}${original ? ` template ${nameIn(original.url)}` : ''}`)
  return {
    url: inject('databaseUrl').replace(/\/[^/?]*(\?|$)/, `/${name}$1`),
    drop: () => dropDatabase(name),
  }
}

const nameIn = (url: string): string => /\/([^/?]*)(\?|$)/.exec(url.slice(url.indexOf('@')))![1]!

/** Only a superuser may end autovacuum, which may be at work in the database: it is soon done. */
async function dropDatabase(name: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await onServer(`drop database if exists ${name} with (force)`)
    } catch (error) {
      if (attempt === 20) throw error
      await sleep(250)
    }
  }
}

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('databaseUrl') })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
