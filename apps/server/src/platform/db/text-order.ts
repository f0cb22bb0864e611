import type { TextOrder } from '../../query/index.js'
import type { Executor } from './executor.js'

/**
 * How the database orders and folds texts, when that is by code points: the embedded PostgreSQL does, one of a hosting
 * service mostly sorts as a language does.
 */
export async function findTextOrder(db: Executor): Promise<TextOrder | undefined> {
  const { rows } = await db.run({ text: localeSql, values: [] })
  const [provider, collate, ctype, locale] = rows[0] as readonly (string | null)[]
  if (provider === 'b') return locale === 'C' || locale === 'C.UTF-8' ? locale : undefined
  if (provider !== 'c') return undefined
  const names = [collate, ctype].map((name) => known[name ?? ''])
  return names[0] === names[1] ? names[0] : undefined
}

/** Spelt as the operating system does. */
const known: Readonly<Record<string, TextOrder>> = { C: 'C', POSIX: 'C', 'C.UTF-8': 'C.UTF-8', 'C.utf8': 'C.UTF-8' }

/** `datlocale` is not there before PostgreSQL 17. */
const localeSql = `select d.datlocprovider::text, d.datcollate::text, d.datctype::text, to_jsonb(d) ->> 'datlocale'
from pg_database d where d.datname = current_database()`
