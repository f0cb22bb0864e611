import { callForData } from './http.js'
import { withClient } from './postgres.js'
import { benchSizes, comments, posts, type Sizes, seedTables, usersChange } from './seed.js'
import { admin, caller, type Side } from './sides.js'

/** What the requests are made of. */
export interface Fixture {
  readonly callerId: string
  /** Published posts of others. */
  readonly published: readonly string[]
  /** Posts of the caller. */
  readonly own: readonly string[]
  /** A draft of somebody else: neither readable nor writable. */
  readonly foreignDraft: string
  readonly authors: readonly string[]
}

/** Defines the collections through the server's admin API, signs the caller up and fills the tables. */
export async function prepare(server: Side, databaseUrl: string, sizes: Sizes = benchSizes): Promise<Fixture> {
  const token = (await callForData(server.url, { method: 'POST', path: '/api/v1/auth/login', body: admin })).accessToken
  const collections = '/api/v1/admin/collections'
  const users = await callForData(server.url, { path: `${collections}/users`, token })
  const body = { fields: [...users.fields, ...usersChange.addedFields], rules: usersChange.rules }
  await callForData(server.url, { method: 'PATCH', path: `${collections}/users`, token, body })
  for (const definition of [posts, comments])
    await callForData(server.url, { method: 'POST', path: collections, token, body: definition })
  const { user } = await callForData(server.url, { method: 'POST', path: '/api/v1/auth/signup', body: caller })

  return withClient(databaseUrl, async (client) => {
    await seedTables(client, user.id, sizes)
    await client.query('create schema bench')
    await client.query('create table bench.own as select * from public.posts where author = $1', [user.id])
    const ids = async (sql: string) => (await client.query<{ id: string }>(sql)).rows.map((row) => row.id)
    const [foreignDraft] = await ids(
      `select id from public.posts where status = 'draft' and author <> '${user.id}' limit 1`,
    )
    return {
      callerId: user.id,
      published:
        await ids(`select id from public.posts tablesample bernoulli (${Math.min(2, 200_000 / sizes.posts)}) repeatable (1)
        where status = 'published' and author <> '${user.id}' limit 1000`),
      own: await ids('select id from bench.own order by id'),
      foreignDraft: foreignDraft!,
      authors: await ids(`select id from public.users where id <> '${user.id}' order by id limit 200 offset 100`),
    }
  })
}
