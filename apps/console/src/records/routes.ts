import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../app/routes'

const page = createRoute({
  getParentRoute: () => shellRoute,
  path: '/data/$collection',
  component: lazyRouteComponent(() => import('./records-page'), 'RecordsPage'),
})

export const recordsRoutes = [page] as const
