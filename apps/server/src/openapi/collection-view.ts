import type { Collection } from '../collections/index.js'
import type { RowScope, Scopes, WriteScope } from '../permissions/index.js'

/** What the readers of a document may do with one collection; what is undefined they may not do at all. */
export interface CollectionView extends Rights {
  readonly collection: Collection
  /** They pass every rule. */
  readonly admin: boolean
  /** What of it stands open without signing in. */
  readonly open: Rights
}

interface Rights {
  readonly read: RowScope | undefined
  readonly create: WriteScope | undefined
  readonly update: WriteScope | undefined
  readonly delete: RowScope | undefined
}

export const viewOf = (collection: Collection, scopes: Scopes, open: Scopes): CollectionView => ({
  collection,
  admin: scopes.roles === undefined,
  ...rightsIn(collection, scopes),
  open: rightsIn(collection, open),
})

const rightsIn = (collection: Collection, scopes: Scopes): Rights => ({
  read: scopes.read(collection),
  create: scopes.create(collection),
  update: scopes.update(collection),
  delete: scopes.delete(collection),
})
