import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../app/routes'

const page = createRoute({
  getParentRoute: () => shellRoute,
  path: '/collections',
  component: lazyRouteComponent(() => import('./collections-page'), 'CollectionsPage'),
})

export const collectionsRoutes = [page] as const
