import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../../app/routes'

const importPage = createRoute({
  getParentRoute: () => shellRoute,
  path: '/data/$collection/import',
  component: lazyRouteComponent(() => import('./import/import-page'), 'ImportPage'),
})

const newCollectionPage = createRoute({
  getParentRoute: () => shellRoute,
  path: '/collections/import',
  component: lazyRouteComponent(() => import('./import/new-collection-page'), 'NewCollectionPage'),
})

export const transferRoutes = [importPage, newCollectionPage] as const
