import { expect } from 'vitest'
import type { TestResponse } from '../../support/index.js'
import { type Fixture, type PersonaName, strangers } from './fixture.js'
import { canariesFor } from './policy.js'

/** Headers that differ from answer to answer and say nothing. */
const passing = new Set(['date', 'connection', 'keep-alive'])

/** All bytes of an answer as far as they may depend on what was asked. */
export function bytesOf({ status, headers, text }: TestResponse): string {
  const lines = [...headers].filter(([name]) => !passing.has(name)).map(([name, value]) => `${name}: ${value}`)
  return [status, ...lines, '', text].join('\n')
}

/** Watches everything sent to each persona for values that were not meant for it. */
export class CanaryOracle {
  private readonly canaries: ReadonlyMap<PersonaName, readonly string[]>

  constructor(fixture: Fixture) {
    this.canaries = new Map(strangers.map((who) => [who, canariesFor(fixture, who)]))
  }

  check(who: PersonaName, answer: TestResponse, what: string): void {
    const bytes = bytesOf(answer)
    const sung = (this.canaries.get(who) ?? []).filter((canary) => bytes.includes(canary))
    expect(sung, `${who} ${what} was told`).toEqual([])
    refuseFaults(answer, `${who} ${what}`)
  }
}

/** No fault of the server, no SQL and no stack in any answer. */
export function refuseFaults({ status, text, headers }: TestResponse, what: string): void {
  expect(status, `${what}: ${text.slice(0, 500)}`).toBeLessThan(500)
  if (status < 400) return
  expect(headers.get('content-type'), what).toBe('application/problem+json')
  expect(text, what).not.toMatch(
    /\b(select|insert|update|delete)\b.*\b(from|into|set|where)\b|"public"\.|node_modules|\bat .*\.[jt]s:\d|holdfast\.|SQLSTATE/i,
  )
}

/**
 * Changes records behind the back of the change log, as if they had always been so: their versions and times, which others may
 * read, stay what they are. What is kept of them is to have the same values.
 */
export async function changeUnnoticed(
  { database }: Pick<Fixture['server'], 'database'>,
  work: () => Promise<unknown>,
): Promise<void> {
  const sql = (text: string) => database.run({ text, values: [] })
  const { rows } = await sql(
    `select quote_ident(tablename) from pg_tables where schemaname = 'public' and (tablename in ('docs', 'users', 'orgs', 'audit') or tablename like '\\_link\\_%')`,
  )
  const triggers = async (state: 'disable' | 'enable') => {
    for (const [table] of rows) await sql(`alter table public.${table} ${state} trigger user`)
  }
  await triggers('disable')
  await work()
  const closed = [
    'title',
    'body',
    'code',
    'serial',
    'secret',
    'amount',
    'salary',
    'double',
    'bonus',
    'labels',
    'due',
    'meta',
    'notes',
  ]
  const values = closed.map((name) => `'${name}', d."${name}"`).join(', ')
  for (const image of ['before', 'after'])
    await sql(
      `update holdfast.changes_kept k set ${image} = (k.${image}::jsonb || jsonb_build_object(${values}))::json
       from public.docs d where d.id = k.record and k.action <> 'list' and k.${image} is not null`,
    )
  await triggers('enable')
}

/** Runs the work on all items, a few at a time. */
export async function forEachOf<T>(items: readonly T[], work: (item: T) => Promise<void>, atOnce = 8): Promise<void> {
  const queue = items.values()
  const run = async (): Promise<void> => {
    for (const item of queue) await work(item)
  }
  await Promise.all(Array.from({ length: atOnce }, run))
}
