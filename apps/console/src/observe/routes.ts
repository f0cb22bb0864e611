import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../app/routes'

const page = createRoute({
  getParentRoute: () => shellRoute,
  path: '/observe',
  component: lazyRouteComponent(() => import('./observe-page'), 'ObservePage'),
})

export const observeRoutes = [page] as const
