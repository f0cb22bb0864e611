import type { CollectionDefinition } from '@holdfast/contract'
import type pg from 'pg'

/** How many rows the measured tables hold. */
export interface Sizes {
  readonly users: number
  readonly posts: number
  readonly comments: number
}

export const benchSizes: Sizes = { users: 1_000, posts: 100_000, comments: 300_000 }

/** The same data grown: a hundred posts for each author, whatever the number of posts. */
export const grownSizes = (posts: number): Sizes => ({ users: posts / 100, posts, comments: 1_000 })

/** Rows of the seed are older than this; what a measurement adds is newer. */
export const seededBefore = '2026-01-01T00:00:00Z'

/** What an admin adds to the built-in `users`. */
export const usersChange: Pick<CollectionDefinition, 'rules'> & { addedFields: CollectionDefinition['fields'] } = {
  addedFields: [{ name: 'name', type: 'text', maxLength: 100 }],
  rules: [{ role: 'user', action: 'read' }],
}

/** Readable when published or own, changed by the author only, and the author is who creates it. */
export const posts: CollectionDefinition = {
  name: 'posts',
  fields: [
    { name: 'title', type: 'text', required: true, maxLength: 200 },
    { name: 'body', type: 'text' },
    { name: 'status', type: 'select', options: ['draft', 'published'], default: 'draft' },
    { name: 'views', type: 'integer', default: 0, min: 0 },
    { name: 'author', type: 'relation', collection: 'users', onDelete: 'cascade' },
  ],
  indexes: [{ fields: ['status', '-createdAt'] }],
  rules: [
    { role: 'public', action: 'read', conditions: { status: 'published' } },
    { role: 'user', action: ['read', 'update', 'delete'], conditions: { author: '$user.id' } },
    { role: 'user', action: 'create', fields: ['title', 'body', 'status', 'views'], preset: { author: '$user.id' } },
  ],
}

export const comments: CollectionDefinition = {
  name: 'comments',
  fields: [
    { name: 'text', type: 'text', required: true },
    { name: 'post', type: 'relation', collection: 'posts', required: true, onDelete: 'cascade' },
    { name: 'author', type: 'relation', collection: 'users', onDelete: 'cascade' },
  ],
  rules: [{ role: 'user', action: 'read' }],
}

/** A UUIDv7 as SQL: the time in front, the rest made from a seed, so that every run has the same rows. */
const uuidAt = (time: string, seed: string) => `(
  lpad(to_hex((extract(epoch from ${time}) * 1000)::bigint), 12, '0')
  || '7' || substr(md5(${seed}), 1, 3) || '8' || substr(md5(${seed}), 4, 15))::uuid`

/** Fills the tables around the one user who signed up: the caller is the author of a thousandth of the posts. */
export async function seedTables(client: pg.Client, callerId: string, sizes: Sizes): Promise<void> {
  const withoutIndexes = await dropIndexes(client)
  await client.query(
    `insert into public.users (id, email, name, "createdAt", "updatedAt")
     select ${uuidAt('t', `'user' || i`)}, 'user' || i || '@example.com', 'User ' || i, t, t
     from (select i, timestamptz '2025-01-01Z' + i * interval '10 seconds' as t from generate_series(2, ${sizes.users}) i) s`,
  )
  await client.query(
    `create temporary table author as
     select id, row_number() over (order by id = '${callerId}' desc, "createdAt") - 1 as number
     from public.users order by id = '${callerId}' desc, "createdAt" limit ${sizes.users}`,
  )
  await client.query('alter table author add primary key (number)')
  await client.query(
    `insert into public.posts (id, "createdAt", "updatedAt", "createdBy", title, body, status, views, author)
     select ${uuidAt('t', `'post' || i`)}, t, t, author.id, 'Post number ' || i,
       substr(repeat(md5(i::text) || ' ', 16), 1, 500),
       case when (i + i / ${Math.min(sizes.users, 1000)}) % 5 = 0 then 'draft' else 'published' end, i::bigint * 7919 % 1009, author.id
     from (select i, timestamptz '2025-02-01Z' + i * interval '${postSeconds(sizes)} seconds' as t from generate_series(1, ${sizes.posts}) i) s
     join author on author.number = i % ${sizes.users} order by i`,
  )
  await client.query(
    `create temporary table post as select id, row_number() over (order by id) - 1 as number from public.posts`,
  )
  await client.query('alter table post add primary key (number)')
  await client.query(
    `insert into public.comments (id, "createdAt", "updatedAt", "createdBy", text, post, author)
     select ${uuidAt('t', `'comment' || i`)}, t, t, author.id, repeat(md5(i::text) || ' ', 3), post.id, author.id
     from (select i, timestamptz '2025-06-01Z' + i * interval '10 seconds' as t from generate_series(1, ${sizes.comments}) i) s
     join author on author.number = i % ${sizes.users} join post on post.number = i % ${sizes.posts} order by i`,
  )
  await withoutIndexes.restore()
}

/** Posts are a minute apart, or as close as it takes to end before {@link seededBefore}. */
const postSeconds = ({ posts }: Sizes): number => Math.min(60, 25_000_000 / posts)

/**
 * Millions of rows come in several times as fast without secondary indexes, and without a trigger per row for the foreign
 * keys, which the data satisfies by how it is made.
 */
async function dropIndexes(client: pg.Client): Promise<{ restore(): Promise<void> }> {
  await client.query(`set session_replication_role = replica`)
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition
     from pg_index i where i.indrelid = any('{public.posts,public.comments}'::regclass[]) and not i.indisunique`,
  )
  for (const { name } of rows) await client.query(`drop index ${name}`)
  return {
    restore: async () => {
      await client.query(`set maintenance_work_mem = '1GB'`)
      for (const { definition } of rows) await client.query(definition)
      await client.query(`set session_replication_role = origin`)
    },
  }
}
