import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../app/routes'
import { parseTailSearch } from './tail-search'

const page = createRoute({
  getParentRoute: () => shellRoute,
  path: '/realtime',
  validateSearch: parseTailSearch,
  component: lazyRouteComponent(() => import('./realtime-page'), 'RealtimePage'),
})

export const realtimeRoutes = [page] as const
