import { useQuery } from '@tanstack/react-query'
import { useMatches } from '@tanstack/react-router'
import { useEffect } from 'react'
import type { GridSearch } from '../grid/grid-search'
import { defaultView, isPlain, searchOf, viewsQuery } from './saved-views'

/** Opened by its plain address, a collection shows its default view. */
export function useDefaultView(
  collection: string,
  search: GridSearch,
  choose: (search: GridSearch, widths: { readonly [field: string]: number }) => void,
): void {
  const { data: views } = useQuery(viewsQuery(collection))
  const isGrid = useMatches({ select: (matches) => matches.at(-1)?.routeId === '/shell/data/$collection' })
  const view = isGrid && isPlain(search) && views ? defaultView(views) : undefined
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each time the address is plain
  useEffect(() => {
    if (view) choose(searchOf(view), view.widths)
  }, [view?.id])
}
