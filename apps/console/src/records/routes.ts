import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../app/routes'
import { parseGridSearch } from './grid/grid-search'

/** The grid; what concerns one record opens over it, in its `Outlet`. */
export const recordsPage = createRoute({
  getParentRoute: () => shellRoute,
  path: '/data/$collection',
  validateSearch: parseGridSearch,
  component: lazyRouteComponent(() => import('./records-page'), 'RecordsPage'),
})

export const recordsRoutes = [recordsPage] as const
