import type { CollectionView } from './collection-view.js'
import * as bulk from './describe-bulk.js'
import * as exporting from './describe-export.js'
import { describeConditions, describeFilter } from './describe-filter.js'
import * as history from './describe-history.js'
import * as operations from './describe-operations.js'
import { shared } from './describe-parameters.js'
import { describeCreate, describeRecord, describeUpdate } from './describe-records.js'
import * as trash from './describe-trash.js'
import type { JsonSchema, Operation, PathItem, Paths } from './document.js'

/** The typed routes of a collection, as far as they are open to the readers of the document. */
export function describeCollection(view: CollectionView): Paths {
  const base = `/api/v1/collections/${view.collection.name}`
  const paths: Paths = {
    [`${base}/records`]: pathItem({
      get: viewable(view, operations.list(view)),
      post: operations.create(view),
      put: bulk.upsertMany(view),
      patch: bulk.updateMany(view),
      delete: bulk.removeMany(view),
    }),
    [`${base}/records/{id}`]: pathItem({
      get: viewable(view, operations.get(view)),
      patch: operations.update(view),
      put: operations.upsert(view),
      delete: operations.remove(view),
    }),
    [`${base}/records/{id}/versions`]: pathItem({ get: viewable(view, history.listVersions(view)) }),
    [`${base}/records/{id}/versions/{version}`]: pathItem({ get: viewable(view, history.getVersion(view)) }),
    [`${base}/records/{id}/versions/{version}/restore`]: pathItem({ post: history.restoreVersion(view) }),
    [`${base}/trash`]: pathItem({ get: viewable(view, trash.listTrash(view)), delete: trash.emptyTrash(view) }),
    [`${base}/trash/{id}`]: pathItem({ delete: trash.purge(view) }),
    [`${base}/trash/{id}/restore`]: pathItem({ post: trash.restore(view) }),
    [`${base}/query`]: pathItem({ post: viewable(view, operations.query(view)) }),
    [`${base}/aggregate`]: pathItem({ post: viewable(view, bulk.aggregate(view)) }),
    [`${base}/import`]: pathItem({ post: bulk.importMany(view) }),
    [`${base}/export`]: pathItem({ get: exporting.exportMany(view), post: exporting.exportByBody(view) }),
  }
  return Object.fromEntries(Object.entries(paths).filter(([, item]) => Object.keys(item).length > 0))
}

/** What only reads, admins may ask as somebody else. */
const viewable = ({ admin }: CollectionView, operation: Operation | undefined): Operation | undefined =>
  operation && admin ? { ...operation, parameters: [...(operation.parameters ?? []), shared('viewAs')] } : operation

/** Without the operations that are not open. */
const pathItem = (item: { [M in keyof PathItem]: Operation | undefined }): PathItem =>
  Object.fromEntries(Object.entries(item).filter(([, operation]) => operation !== undefined))

/** The schemas that its routes refer to: `posts.record`, `posts.filter`, `posts.create`, `posts.update`. */
export function describeSchemas(view: CollectionView, all: readonly CollectionView[]): { [name: string]: JsonSchema } {
  const { read, create, update } = view
  const { name } = view.collection
  return {
    ...(read && { [`${name}.record`]: describeRecord(read) }),
    ...(read && { [`${name}.filter`]: describeFilter(read, `${name}.filter`), ...describeConditions(read) }),
    ...(create && { [`${name}.create`]: describeCreate(create, childrenOf(view, all)) }),
    ...(update && { [`${name}.update`]: describeUpdate(update, childrenOf(view, all)) }),
  }
}

/** Inverse relations whose records can be made in the body of the record they point at: their schema, by name. */
function childrenOf(view: CollectionView, all: readonly CollectionView[]): { [name: string]: JsonSchema } {
  const children = [...view.collection.inverses.values()].flatMap(({ name, relation }) => {
    if (relation?.kind !== 'inverse' || relation.via().relation?.kind !== 'one') return []
    const child = all.find(({ collection }) => collection === relation.target())
    if (!child?.create || !child.read?.readable(relation.via().name)) return []
    return [[name, { description: `Records of ${child.collection.name} to make with it.` }] as const]
  })
  return Object.fromEntries(children)
}
