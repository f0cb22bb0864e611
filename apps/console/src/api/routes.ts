import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../app/routes'

const page = createRoute({
  getParentRoute: () => shellRoute,
  path: '/api',
  component: lazyRouteComponent(() => import('./api-page'), 'ApiPage'),
})

export const apiRoutes = [page] as const
