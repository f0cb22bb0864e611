import { quoteIdentifier } from '../../lib/index.js'
import { databaseErrorOf, type Executor } from '../../platform/db/index.js'

/** What the database offers beyond PostgreSQL itself: schemas, quoted, of the extensions that are there. */
export interface Features {
  /** pg_trgm: `$contains` has an index, and with the next one search forgives typos. */
  readonly trigrams?: string
  /** fuzzystrmatch: how many letters apart words are. */
  readonly distances?: string
  /** pgvector: vectors have an index. */
  readonly vectors?: string
}

const extensions = { pg_trgm: 'trigrams', fuzzystrmatch: 'distances', vector: 'vectors' } as const
type Extension = keyof typeof extensions

export async function readFeatures(executor: Executor): Promise<Features> {
  const { rows } = await executor.run({
    text: `select e.extname, n.nspname from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = any($1)`,
    values: [Object.keys(extensions)],
  })
  return Object.fromEntries(
    rows.map(([name, schema]) => [extensions[name as Extension], quoteIdentifier(schema as string)]),
  )
}

/**
 * Adds the extensions that the database has to offer, in our own schema: they are made for owners of a database to add.
 * Gives those that are missing afterwards.
 */
export async function addExtensions(executor: Executor): Promise<Extension[]> {
  const { rows } = await executor.run({
    text: `select w.name, exists (select from pg_available_extensions a where a.name = w.name)
      from unnest($1::text[]) w(name) where not exists (select from pg_extension e where e.extname = w.name)`,
    values: [Object.keys(extensions)],
  })
  const missing: Extension[] = []
  for (const [name, available] of rows as unknown as [Extension, boolean][])
    if (!available || !(await addExtension(executor, name))) missing.push(name)
  return missing
}

async function addExtension(executor: Executor, name: Extension): Promise<boolean> {
  try {
    await executor.run({ text: `create extension if not exists ${name} schema holdfast`, values: [] })
    return true
  } catch (error) {
    // Another node was faster.
    const code = databaseErrorOf(error)?.code
    return code === '23505' || code === '42710'
  }
}
