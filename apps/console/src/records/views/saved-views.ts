import type { SavedView } from '@holdfast/contract'
import { queryOptions } from '@tanstack/react-query'
import { client } from '../../client/client'
import type { GridSearch } from '../grid/grid-search'

/** Views one may choose from. */
export const viewsQuery = (collection: string) =>
  queryOptions({
    queryKey: ['views', collection],
    queryFn: ({ signal }) => client.admin.views.list({ collection, signal }),
    staleTime: 30_000,
  })

/** In a URL: all records, although the collection opens with another view. */
export const everything = 'all'

/** What the collection opens with: one's own default before the shared one. */
export const defaultView = (views: readonly SavedView[]): SavedView | undefined =>
  views.find(({ isDefault, shared }) => isDefault && !shared) ?? views.find(({ isDefault }) => isDefault)

/** A view as the search of a URL. */
export const searchOf = ({ id, search, filter, sort, columns }: SavedView): GridSearch => ({
  view: id,
  q: search ?? undefined,
  filter: filter && Object.keys(filter).length > 0 ? filter : undefined,
  sort: sort ?? undefined,
  columns: columns?.join(',') ?? undefined,
})

/** What the grid shows now, as a view keeps it. */
export const lookOf = ({ q, filter, sort, columns }: GridSearch, widths: { readonly [field: string]: number }) => ({
  search: q ?? null,
  filter: filter ?? null,
  sort: sort ?? null,
  columns: columns?.split(',') ?? null,
  widths: { ...widths },
})

/** Whether the grid shows something else than the view says. */
export function isChanged(view: SavedView, search: GridSearch): boolean {
  const said = searchOf(view)
  return (['q', 'filter', 'sort', 'columns'] as const).some(
    (part) => JSON.stringify(said[part]) !== JSON.stringify(search[part]),
  )
}

/** Nothing is asked for: the grid was opened by its plain address. */
export const isPlain = ({ q, filter, sort, columns, view }: GridSearch): boolean =>
  [q, filter, sort, columns, view].every((part) => part === undefined)
