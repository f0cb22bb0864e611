import type { CollectionDefinition } from '@holdfast/contract'
import { Erasures } from '../../../src/accounts/privacy/erasures.js'
import type { TestServer } from '../../support/index.js'

const toUser = { type: 'relation', collection: 'users' } as const
const all = { role: 'user', action: ['read', 'create', 'update', 'delete'] } as const

/** Collections with records about people, one for each thing that can become of them. */
export const personalCollections: Omit<CollectionDefinition, 'id'>[] = [
  {
    name: 'notes',
    history: true,
    trash: true,
    fields: [
      { name: 'owner', ...toUser, required: true },
      { name: 'text', type: 'text' },
    ],
    personalData: { field: 'owner', onDelete: 'delete' },
    rules: [{ ...all, action: [...all.action], conditions: { owner: '$user.id' } }],
  },
  {
    name: 'attachments',
    trash: true,
    fields: [
      { name: 'note', type: 'relation', collection: 'notes', required: true, onDelete: 'cascade' },
      { name: 'label', type: 'text' },
    ],
    rules: [{ ...all, action: [...all.action] }],
  },
  {
    name: 'comments',
    history: true,
    fields: [
      { name: 'author', ...toUser },
      { name: 'name', type: 'text' },
      { name: 'body', type: 'text' },
      { name: 'stars', type: 'integer' },
    ],
    personalData: { field: 'author', onDelete: 'anonymise', clear: ['name', 'body'] },
    rules: [{ ...all, action: [...all.action] }],
  },
  {
    name: 'invoices',
    fields: [
      { name: 'buyer', ...toUser },
      { name: 'amount', type: 'integer' },
      { name: 'risk', type: 'text', hidden: true },
    ],
    personalData: { field: 'buyer', onDelete: 'keep' },
    rules: [{ role: 'user', action: 'read', conditions: { buyer: '$user.id' } }],
  },
  {
    name: 'drafts',
    fields: [{ name: 'text', type: 'text' }],
    personalData: { field: 'createdBy', onDelete: 'delete' },
    rules: [{ ...all, action: [...all.action], conditions: { createdBy: '$user.id' } }],
  },
]

export const recordsOf = (collection: string): string => `/api/v1/collections/${collection}/records`

/** The lines of an export. */
export const linesOf = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

/** Every table in which one of the texts stands anywhere, as `schema.table: row`. */
export async function findEverywhere(server: TestServer, texts: readonly string[]): Promise<string[]> {
  const run = async (text: string, values: unknown[] = []) => (await server.database.run({ text, values })).rows
  const tables = (await run(
    `select quote_ident(table_schema), quote_ident(table_name) from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
  )) as [string, string][]
  const found: string[] = []
  for (const [schema, table] of tables) {
    const rows = await run(
      `select t::text from only ${schema}.${table} t where exists (
         select from unnest($1::text[]) s where strpos(lower(t::text), lower(s)) > 0)`,
      [texts],
    )
    found.push(...rows.map(([row]) => `${schema}.${table}: ${row}`))
  }
  return found
}

/** Makes everyone told, and an hour pass, for what erasures left in the change log; then drops it. */
export async function dropTraces(server: TestServer): Promise<void> {
  const run = async (text: string) => (await server.database.run({ text, values: [] })).rows
  await run(`update holdfast.changes set at = at - interval '2 hours'`)
  const jobs = await run(
    `select data::text from holdfast_jobs.job where name = 'accounts.dropTraces' and state = 'created'`,
  )
  for (const [data] of jobs) {
    const deadlineMs = Date.now() + 20_000
    for (;;) {
      try {
        await server.app.get(Erasures).dropTraces(JSON.parse(data as string))
        break
      } catch (error) {
        if (Date.now() > deadlineMs) throw error
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    }
  }
}
