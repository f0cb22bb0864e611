import { inject } from 'vitest'
import { createDatabase, type TestDatabase } from './databases.js'

export type { TestDatabase }

/** An empty one, or a copy of another that nobody is connected to. */
export const createTestDatabase = (original?: TestDatabase): Promise<TestDatabase> =>
  createDatabase(inject('databaseUrl'), original?.url)

/** One that has the schema of the system and nothing in it: to copy that takes a fraction of the time to make it. */
export const createMigratedDatabase = (): Promise<TestDatabase> =>
  createDatabase(inject('databaseUrl'), inject('migratedUrl'))
