import type { Action } from '@holdfast/contract'
import { AuthClient } from './auth/auth.js'
import { SessionKeeper, type TokenSource } from './auth/session-keeper.js'
import { StoredSession } from './auth/stored-session.js'
import { defaultStorage, type TokenStorage } from './auth/token-storage.js'
import { type Batch, type BatchOptions, type Results, runBatch } from './batch.js'
import { CollectionClient } from './collection.js'
import type { Wire } from './exchange.js'
import { type Permissions, rememberPermissions } from './permissions.js'
import { Channel } from './realtime/channel.js'
import { RealtimeSocket, type RealtimeStatus, type WebSocketClass } from './realtime/socket.js'
import type {
  CollectionName,
  RecordOf,
  SchemaShape,
  UntypedFields,
  UntypedRecord,
  UntypedSchema,
  UpdateOf,
} from './schema.js'
import { TeamsClient } from './teams.js'
import { type CallOptions, createSend, type SendOptions, withRetries } from './transport.js'

/** Options of {@link createClient}. */
export interface ClientOptions {
  /** Where the session is kept. In browsers `localStorage`, elsewhere memory, unless told. */
  storage?: TokenStorage
  /**
   * In browsers: sessions lie in cookies that no script can read, in place of tokens in the storage. The storage then keeps
   * who is signed in, and no secret.
   */
  cookies?: boolean
  /** A fixed access token or API key for every request; then nobody needs to sign in. */
  token?: string
  /** Another `fetch`. */
  fetch?: typeof fetch
  /**
   * How often a request that got no answer, or found the server busy, is sent again by itself. Default 0. Writes then carry a
   * key by which the server does each of them once, however often it arrives.
   */
  retries?: number
  /** Another `WebSocket`, for runtimes that have none: Node has one from 22 on. */
  WebSocket?: WebSocketClass
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
  /** Who is in which team. */
  readonly teams: TeamsClient
  /**
   * The records of one collection.
   *
   * @example
   * const posts = client.collection('posts')
   * const page = await posts.list()
   */
  collection<C extends CollectionName<S>>(name: C): CollectionClient<S, C>
  /**
   * Up to 100 writes in one transaction: all of them or none. What an operation gives can be used in later ones.
   * @throws HoldfastError with `operations.2.data.title` and the like as places
   *
   * @example
   * const [post, comment] = await client.batch((batch) => {
   *   const post = batch.collection('posts').create({ title: 'Hello', author: userId })
   *   const comment = batch.collection('comments').create({ post: post.id, text: 'First!' })
   *   return [post, comment]
   * })
   * console.log(post.title, comment.text)
   */
  batch<const P>(build: (batch: Batch<S>) => P, options?: BatchOptions): Promise<Results<P>>
  /**
   * What the caller may do. Ask again after signing in or out, or when an answer was `forbidden`.
   *
   * @example
   * const permissions = await client.permissions()
   * console.log(permissions.can('create', 'posts'), permissions.fields('create', 'posts'))
   */
  permissions(options?: CallOptions): Promise<Permissions<CollectionName<S>>>
  /**
   * May the caller do this? A shorthand for `permissions().can()`, which remembers what the server said for a minute.
   * Undefined where that depends on records only the server sees.
   *
   * @example
   * const post = await client.collection('posts').get(id)
   * if ((await client.can('update', 'posts', post)) !== false) console.log('show the edit button')
   */
  can(action: Action, collection: CollectionName<S>, record?: object): Promise<boolean | undefined>
  /**
   * A place where connected clients meet, as the admin has opened it: messages and presence.
   *
   * @example
   * const room = client.channel('lobby').join({
   *   state: { name: 'Ada' },
   *   message: ({ event, payload, from }) => console.log(from.user, event, payload),
   *   presence: (members) => console.log(`${members.length} are here`),
   * })
   * await room.send('hello', { to: 'everyone' })
   */
  channel(name: string): Channel
  /** The connection that subscriptions and channels share. It is made when the first needs it. */
  readonly realtime: {
    readonly status: RealtimeStatus
    /** Calls back whenever it changes; gives what ends that. */
    onStatus(listener: (status: RealtimeStatus) => void): () => void
    /** Ends all subscriptions and channels for now: the next one connects again. */
    close(): void
  }
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
  const wire: Wire = {
    baseUrl: `${origin}/api/v1`,
    fetch: options.fetch ?? ((...request) => fetch(...request)),
    cookies: options.cookies === true,
  }
  const place = { storage: options.storage ?? defaultStorage(), key: `holdfast:${origin}` }
  const stored = new StoredSession<UserOf<S>>(place.storage, place.key)
  const keeper = new SessionKeeper(wire, stored)
  const tokens = options.token === undefined ? keeper : fixedToken(options.token)
  const once = createSend(wire, tokens)
  const send = withRetries(once, options.retries ?? 0)
  const permissions = rememberPermissions<CollectionName<S>>(send, keeper)
  const socket = new RealtimeSocket(wire.baseUrl, tokens, options.WebSocket)
  const channels = new Map<string, Channel>()
  keeper.listen((event) => event !== 'refreshed' && socket.restart())
  return {
    auth: new AuthClient(wire, send, keeper, place),
    collection: (name) => new CollectionClient(send, name, socket),
    teams: new TeamsClient(send, keeper),
    batch: async (build, batchOptions) => runBatch(send, build, batchOptions),
    permissions: (callOptions) => permissions.fetch(callOptions),
    channel: (name) => {
      const channel = channels.get(name) ?? new Channel(socket, name)
      channels.set(name, channel)
      return channel
    },
    realtime: socket,
    can: async (action, collection, record) => (await permissions.get()).can(action, collection, record),
    send,
  }
}

const fixedToken = (token: string): TokenSource => ({
  grant: async () => ({ token, signIn: 0 }),
  replace: async () => undefined,
})
