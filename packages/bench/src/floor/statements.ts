const system = ['id', '"createdAt"', '"updatedAt"', '"createdBy"', 'version']
const columnsOf = (row: string, columns: string[]) => [...system, ...columns].map((name) => `${row}.${name}`).join(', ')
const postColumns = columnsOf('p', ['title', 'body', 'status', 'views', 'author'])
const userColumns = columnsOf('u', ['email', 'name'])

const newest = 'order by p."createdAt" desc, p.id desc limit 20'
/** A record as one JSON object. Cheaper than a CTE around the write and than `json_build_object`. */
const returning = `returning (select row_to_json(t) from (select ${postColumns}) t)::text`

/**
 * One hand-written statement per route; PostgreSQL builds the JSON. `$1` is the caller, who may read rows that are
 * published or own; where the filter says *published* already, that is implied.
 */
export const statements = {
  get: `select row_to_json(t)::text from (
    select ${postColumns} from public.posts p where p.id = $2 and (p.status = 'published' or p.author = $1)) t`,

  list: `select json_agg(t)::text, count(*) from (
    select ${postColumns} from public.posts p where p.status = 'published' ${newest}) t`,

  listWithTotal: `select json_agg(t)::text, count(*),
      (select count(*) from public.posts p where p.status = 'published') from (
    select ${postColumns} from public.posts p where p.status = 'published' ${newest}) t`,

  estimate: `explain (format json) select 1 from public.posts p where p.status = 'published'`,

  expand: `select json_agg(t)::text, count(*) from (
    select ${postColumns},
      (select row_to_json(e) from (
        select (select row_to_json(a) from (select ${userColumns} from public.users u where u.id = p.author) a) as author
      ) e) as expand
    from public.posts p where p.status = 'published' ${newest}) t`,

  filter: `select json_agg(t)::text, count(*) from (
    select ${postColumns} from public.posts p
    where p.author = $2 and p.views > $3 and (p.status = 'published' or p.author = $1) ${newest}) t`,

  create: `insert into public.posts as p (id, "createdBy", author, title, body, status, views)
    values ($2, $1, $1, $3, $4, $5, $6) ${returning}`,

  update: `update public.posts p set views = $3, "updatedAt" = now(), version = version + 1
    where p.id = $2 and p.author = $1 ${returning}`,

  login: `select u.id, c.password_hash, (select row_to_json(t) from (select ${userColumns}) t)::text
    from public.users u join holdfast.credentials c on c.user_id = u.id where u.email = $1`,

  bulk: 'copy public.posts (id, "createdBy", author, title, body, status, views) from stdin',
} as const

export type StatementName = keyof typeof statements
