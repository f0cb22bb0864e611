import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { PassThrough } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { Schema } from '../collections/index.js'
import type { Database, Executor } from '../platform/db/index.js'
import type { BackupEnd, BackupHeader, TableLine } from './backup-format.js'
import { allTables, type BackupTable } from './backup-tables.js'

/** Rows that are fetched at a time. */
const rowsAtATime = 500

/** Texts of values that mean the same wherever and whenever they are read again. */
const plainTexts = [
  `set local datestyle = 'ISO, YMD'`,
  `set local intervalstyle = 'postgres'`,
  `set local timezone = 'UTC'`,
  'set local extra_float_digits = 3',
  `set local bytea_output = 'hex'`,
  'set local transaction read only',
]

/**
 * Writes all records as they are at one moment, with what defines them, in constant memory. Nobody who writes waits for it.
 * The file has its name once it is whole.
 */
export async function writeBackup(
  db: Database,
  schema: Schema,
  path: string,
  signal: AbortSignal,
): Promise<{ records: number; collections: number; sha256: string }> {
  const partial = `${path}.partial`
  const lines = new PassThrough({ highWaterMark: 1024 * 1024 })
  const hash = createHash('sha256')
  const file = createWriteStream(partial, { mode: 0o600 })
  const zipped = createGzip({ level: 6 }).on('data', (chunk: Buffer) => void hash.update(chunk))
  const written = pipeline(lines, zipped, file, { signal })
  const records = await Promise.all([writeLines(db, schema, lines, written), written]).then(([count]) => count)
  await flush(partial)
  await rename(partial, path)
  return { records, collections: schema.collections.size, sha256: hash.digest('hex') }
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r+')
  await handle.sync()
  await handle.close()
}

async function writeLines(db: Database, schema: Schema, lines: PassThrough, written: Promise<void>): Promise<number> {
  const broken = written.catch((error: unknown) => Promise.reject(error))
  const write = async (line: object | string): Promise<void> => {
    const isFull = !lines.write(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`)
    if (isFull) await Promise.race([new Promise((resolve) => lines.once('drain', resolve)), broken])
  }
  try {
    const records = await db.transaction(
      async (tx) => {
        for (const text of plainTexts) await tx.run({ text, values: [] })
        await write(await readHeader(tx, schema))
        let count = 0
        for (const table of allTables(schema)) {
          const rows = await writeTable(tx, table, write)
          if (!table.list) count += rows
        }
        return count
      },
      { isolation: 'REPEATABLE READ' },
    )
    await write({ end: true, collections: schema.collections.size, records } satisfies BackupEnd)
    lines.end()
    await finished(lines, { readable: false })
    return records
  } catch (error) {
    lines.destroy(error as Error)
    throw error
  }
}

async function readHeader(tx: Executor, schema: Schema): Promise<BackupHeader> {
  const { rows } = await tx.run({ text: 'select name, description from holdfast.roles order by name', values: [] })
  const { rows: found } = await tx.run({ text: 'select version()', values: [] })
  return {
    format: 1,
    createdAt: new Date().toISOString(),
    server: String(found[0]![0]),
    definitions: [...schema.collections.values()].map(({ definition }) => definition),
    roles: (rows as [string, string | null][]).map(([name, description]) => ({ name, description })),
  }
}

async function writeTable(
  tx: Executor,
  { collection, list, table, columns }: BackupTable,
  write: (line: object | string) => Promise<void>,
): Promise<number> {
  const fields = columns.map(({ name }) => name)
  await write({ collection: collection.name, ...(list && { list: list.name }), fields } satisfies TableLine)
  const values = columns.map(({ sql }) => `${sql}::text`).join(', ')
  await tx.run({
    text: `declare backup no scroll cursor for select json_build_array(${values})::text from ${table}`,
    values: [],
  })
  let count = 0
  while (true) {
    const { rows } = await tx.run({ text: `fetch ${rowsAtATime} from backup`, values: [] })
    if (rows.length > 0) await write(rows.map(([json]) => (json as string).replaceAll('\n', '')).join('\n'))
    count += rows.length
    if (rows.length < rowsAtATime) break
  }
  await tx.run({ text: 'close backup', values: [] })
  await write({ rows: count })
  return count
}
