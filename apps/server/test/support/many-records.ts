import type { TestServer } from './index.js'

/**
 * Fills a collection with generated records, past the API: `columns` are SQL expressions over `i`, from 1 on.
 * The planner knows the table afterwards.
 */
export async function fillWith(
  server: TestServer,
  collection: string,
  count: number,
  columns: Readonly<Record<string, string>>,
): Promise<void> {
  const names = Object.keys(columns).map((name) => `"${name}"`)
  const run = (text: string) => server.database.run({ text, values: [] })
  await run(
    `insert into public."${collection}" ("id", ${names.join(', ')})
     select ('01890000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, ${Object.values(columns).join(', ')}
     from generate_series(1, ${count}) i`,
  )
  await run(`vacuum analyze public."${collection}"`)
}
