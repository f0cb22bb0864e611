import type pg from 'pg'
import { seededBefore } from './seed.js'
import type { SideName } from './sides.js'

/**
 * Only the server's own writes pay for what the server does beside them, such as a change log kept by triggers. Foreign
 * keys are checked for both.
 */
export async function setTriggersFor(client: pg.Client, side: SideName): Promise<void> {
  await client.query(`alter table public.posts ${side === 'floor' ? 'disable' : 'enable'} trigger user`)
}

/** Brings `posts` back to its seeded rows, so that what one side wrote does not slow the other. */
export async function restorePosts(client: pg.Client): Promise<void> {
  await client.query('alter table public.posts disable trigger user')
  await client.query('delete from public.posts where "createdAt" >= $1', [seededBefore])
  await client.query(
    `update public.posts p set views = o.views, version = o.version, "updatedAt" = o."updatedAt"
     from bench.own o where p.id = o.id and p.version <> o.version`,
  )
  await client.query('alter table public.posts enable trigger user')
  await settleTables(client)
}

/** Fresh statistics and visibility, and no checkpoint due in the next measurement. */
export async function settleTables(client: pg.Client): Promise<void> {
  await client.query('vacuum (analyze) public.users, public.posts, public.comments')
  await client.query('checkpoint').catch(() => undefined)
}

export async function countNewPosts(client: pg.Client): Promise<number> {
  const { rows } = await client.query('select count(*)::int as n from public.posts where "createdAt" >= $1', [
    seededBefore,
  ])
  return rows[0].n
}

/** A post as it stands in the table. */
export async function readPost(client: pg.Client, id: string): Promise<unknown> {
  const { rows } = await client.query('select row_to_json(p) as post from public.posts p where id = $1', [id])
  return rows[0]?.post
}
