import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../app/routes'

const page = createRoute({
  getParentRoute: () => shellRoute,
  path: '/realtime',
  component: lazyRouteComponent(() => import('./realtime-page'), 'RealtimePage'),
})

export const realtimeRoutes = [page] as const
