import { AdminClient } from './admin.js'
import { AuthClient } from './auth.js'
import { CollectionClient } from './collection.js'
import type {
  CollectionName,
  RecordOf,
  SchemaShape,
  UntypedFields,
  UntypedRecord,
  UntypedSchema,
  UpdateOf,
} from './schema.js'
import { SessionKeeper, type TokenSource } from './session-keeper.js'
import { StoredSession } from './stored-session.js'
import { defaultStorage, type TokenStorage } from './token-storage.js'
import { createSend, type SendOptions } from './transport.js'

/** Options of {@link createClient}. */
export interface ClientOptions {
  /** Where the session is kept. In browsers `localStorage`, elsewhere memory, unless told. */
  storage?: TokenStorage
  /** A fixed access token or API key for every request; then nobody needs to sign in. */
  token?: string
  /** Another `fetch`. */
  fetch?: typeof fetch
}

/** The user type of a schema: its collection `users`. */
export type UserOf<S extends SchemaShape<S>> = 'users' extends keyof S ? RecordOf<S, 'users' & keyof S> : UntypedRecord

/** Fields of `users` that a sign-up may set. */
export type ProfileOf<S extends SchemaShape<S>> = string extends keyof S
  ? UntypedFields
  : 'users' extends keyof S
    ? Omit<UpdateOf<S, 'users' & keyof S>, 'email'>
    : object

/** A connection to one Holdfast server. */
export interface Client<S extends SchemaShape<S>> {
  /** Sign-up, sign-in, sign-out, sessions. */
  readonly auth: AuthClient<UserOf<S>, ProfileOf<S>>
  /** What only admins may do. */
  readonly admin: AdminClient
  /**
   * The records of one collection.
   *
   * @example
   * const posts = client.collection('posts')
   * const page = await posts.list()
   */
  collection<C extends CollectionName<S>>(name: C): CollectionClient<S, C>
  /**
   * Any other request to the API, as the signed-in user: `path` begins below `/api/v1`.
   *
   * @example
   * const document = await client.send('GET', '/openapi.json')
   */
  send(method: string, path: string, options?: SendOptions): Promise<unknown>
}

/**
 * A client for the server at `url`. With the types that `holdfast types` writes, collections, fields, filters and
 * results are checked by the compiler; without them everything works untyped.
 *
 * @example
 * import { createClient } from '@holdfast/sdk'
 * import type { Schema } from './schema.js'
 *
 * const client = createClient<Schema>('https://api.example.com')
 * await client.auth.signInWithPassword({ email: 'ada@example.com', password: 'correct horse' })
 * const page = await client.collection('posts').list({ filter: { status: 'published' }, sort: '-createdAt' })
 * for (const post of page.data) console.log(post.title)
 */
export function createClient<S extends SchemaShape<S> = UntypedSchema>(
  url: string,
  options: ClientOptions = {},
): Client<S> {
  const origin = url.replace(/\/+$/, '')
  const wire = { baseUrl: `${origin}/api/v1`, fetch: options.fetch ?? ((...request) => fetch(...request)) }
  const stored = new StoredSession<UserOf<S>>(options.storage ?? defaultStorage(), `holdfast:${origin}`)
  const keeper = new SessionKeeper(wire, stored)
  const send = createSend(wire, options.token === undefined ? keeper : fixedToken(options.token))
  return {
    auth: new AuthClient(wire, send, keeper),
    admin: new AdminClient(send),
    collection: (name) => new CollectionClient(send, name),
    send,
  }
}

const fixedToken = (token: string): TokenSource => ({
  grant: async () => ({ token, signIn: 0 }),
  replace: async () => undefined,
})
