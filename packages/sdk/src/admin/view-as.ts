import type { Action } from '@holdfast/contract'
import { CollectionClient } from '../collection.js'
import { type Permissions, rememberPermissions } from '../permissions.js'
import { RealtimeSocket } from '../realtime/socket.js'
import type { CollectionName, SchemaShape } from '../schema.js'
import type { CallOptions, Send, SendOptions } from '../transport.js'
import type { Trash } from '../trash.js'

/** Whom an admin reads as: nobody signed in, a user (in one of their teams), somebody with these roles, or an API key. */
export type ViewTarget = 'public' | { user: string; team?: string } | { roles: readonly string[] } | { apiKey: string }

/** The records of one collection as somebody else sees them. */
export type CollectionView<S extends SchemaShape<S>, C extends keyof S & string> = Pick<
  CollectionClient<S, C>,
  'list' | 'get' | 'first' | 'all' | 'aggregate' | 'versions' | 'version'
> & { readonly trash: Pick<Trash<S, C>, 'list'> }

/** Reads as somebody else. There is nothing to write with; the server would refuse it. */
export interface ViewingClient<S extends SchemaShape<S>> {
  collection<C extends CollectionName<S>>(name: C): CollectionView<S, C>
  /** What they may do. */
  permissions(options?: CallOptions): Promise<Permissions<CollectionName<S>>>
  can(action: Action, collection: CollectionName<S>, record?: object): Promise<boolean | undefined>
  send(method: string, path: string, options?: SendOptions): Promise<unknown>
}

/** @internal */
export function viewAs<S extends SchemaShape<S>>(send: Send, target: ViewTarget): ViewingClient<S> {
  const header = { 'x-view-as': viewAsText(target) }
  const viewing: Send = (method, path, options) =>
    send(method, path, { ...options, headers: { ...options?.headers, ...header } })
  const permissions = rememberPermissions<CollectionName<S>>(viewing, { listen: () => undefined })
  return {
    collection: (name) => new CollectionClient(viewing, name, noSocket),
    permissions: (options) => permissions.fetch(options),
    can: async (action, collection, record) => (await permissions.get()).can(action, collection, record),
    send: viewing,
  }
}

/** Nobody follows changes as somebody else; what is never asked for never connects. */
const noSocket = new RealtimeSocket('', { grant: async () => undefined, replace: async () => undefined }, undefined)

/**
 * Whom one looks as, in a text: as the header `X-View-As` says it.
 *
 * @example
 * import { viewAsText } from '@holdfast/sdk/admin'
 *
 * console.log(viewAsText({ roles: ['editor'] })) // role:editor
 */
export function viewAsText(target: ViewTarget): string {
  if (target === 'public') return target
  if ('user' in target) return `user:${target.user}${target.team === undefined ? '' : `@${target.team}`}`
  return 'roles' in target ? `role:${target.roles.join(',')}` : `key:${target.apiKey}`
}
