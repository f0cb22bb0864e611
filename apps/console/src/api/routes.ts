import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../app/routes'
import { parseApiSearch } from './api-search'

const overview = createRoute({
  getParentRoute: () => shellRoute,
  path: '/api',
  component: lazyRouteComponent(() => import('./api-page'), 'ApiPage'),
})

/** One collection: what is chosen of it stands in the URL, so that a link shows the same. */
const collection = createRoute({
  getParentRoute: () => shellRoute,
  path: '/api/$collection',
  validateSearch: parseApiSearch,
  component: lazyRouteComponent(() => import('./collection-api-page'), 'CollectionApiPage'),
})

export const apiRoutes = [overview, collection] as const
