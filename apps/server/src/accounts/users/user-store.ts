import type { AdminUserDetails, AdminUserInfo } from '@holdfast/contract'
import type { Executor } from '../../platform/db/index.js'
import { iso } from '../sessions/session-store.js'
import type { UserQuery } from './parse-user-query.js'

/** Users that match, the newest first unless told. */
export async function listUsers(db: Executor, query: UserQuery, limit: number): Promise<AdminUserInfo[]> {
  const { after, search, role, kind, disabled, oldestFirst = false } = query
  const pattern = search === undefined ? null : `%${search.replaceAll(/[\\%_]/g, '\\$&')}%`
  const values = [limit, after ?? null, pattern, search ?? null, role ?? null, kind ?? null, disabled ?? null]
  const { rows } = await db.run({ text: oldestFirst ? listOldestFirst : listNewestFirst, values })
  return (rows as [string][]).map(([json]) => JSON.parse(json))
}

export async function findUser(db: Executor, id: string): Promise<AdminUserDetails | undefined> {
  const { rows } = await db.run({ text: find, values: [id] })
  const [row] = rows as [string, string][]
  return row && { ...JSON.parse(row[0]), ...JSON.parse(row[1]) }
}

/** The roles the user has; undefined where there is none. Others who change the same user wait. */
export async function lockUser(tx: Executor, id: string): Promise<readonly string[] | undefined> {
  const { rowCount } = await tx.run({ text: lock, values: [id] })
  if (rowCount === 0) return undefined
  const { rows } = await tx.run({ text: 'select role from holdfast.user_roles where user_id = $1', values: [id] })
  return (rows as [string][]).map(([role]) => role)
}

export async function noteDisabled(tx: Executor, id: string, disabled: boolean): Promise<void> {
  await tx.run({ text: disable, values: [id, disabled] })
}

export async function noteLocale(tx: Executor, id: string, locale: string | null): Promise<void> {
  await tx.run({ text: setLocale, values: [id, locale] })
}

const info = `json_build_object(
    'id', u.id, 'email', u.email, 'emailIsProven', coalesce(a.verified_email = u.email, false), 'phone', a.phone,
    'name', a.name, 'kind', coalesce(a.kind, 'person'), 'disabled', a.disabled_at is not null,
    'roles', array(select role from holdfast.user_roles r where r.user_id = u.id order by role collate "C"),
    'createdAt', ${iso('u."createdAt"')},
    'lastSignInAt', (
      select ${iso('max(s.created_at)')} from holdfast.sessions s where s.user_id = u.id and s.acting_session_id is null))::text`
const from = 'from public.users u left join holdfast.accounts a on a.user_id = u.id'

const list = (beyond: '<' | '>', direction: 'asc' | 'desc'): string => `
  select ${info} ${from}
  where ($2::uuid is null or u.id ${beyond} $2)
    and ($3::text is null or u.email ilike $3 or a.phone like $3 or a.name ilike $3 or u.id::text = $4)
    and ($5::text is null or exists (select from holdfast.user_roles r where r.user_id = u.id and r.role = $5))
    and ($6::text is null or coalesce(a.kind, 'person') = $6)
    and ($7::boolean is null or (a.disabled_at is not null) = $7)
  order by u.id ${direction} limit $1`
const listNewestFirst = list('<', 'desc')
const listOldestFirst = list('>', 'asc')

const find = `
  select ${info}, json_build_object(
    'locale', a.locale,
    'sessions', (
      select count(*) from holdfast.sessions s where s.user_id = u.id and s.revoked_at is null and s.expires_at > now()),
    'methods', array(
      select 'password' from holdfast.credentials c where c.user_id = u.id
      union select f.kind from holdfast.factors f where f.user_id = u.id and f.confirmed_at is not null
      union select i.provider from holdfast.identities i where i.user_id = u.id order by 1))::text
  ${from} where u.id = $1`

const lock = 'select from public.users where id = $1 for no key update'
const disable = `
  insert into holdfast.accounts as a (user_id, disabled_at) values ($1, case when $2::boolean then now() end)
  on conflict (user_id) do update set
    disabled_at = case when $2::boolean then coalesce(a.disabled_at, now()) end`
const setLocale = `
  insert into holdfast.accounts (user_id, locale) values ($1, $2)
  on conflict (user_id) do update set locale = excluded.locale`
